// npm start and npm run dev: everything from a fresh clone to a running product.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fail, ready, root } from "./setup.mjs";

process.chdir(root);
await ready();
const { commandOf, secretFile, startPostgres } = await import("./postgres.mjs");
const isDev = process.argv[2] === "dev";
const dataDir = path.resolve(process.env.DATA_DIR || ".data");
const children = new Set();
let postgres = null;
let isStopping = false;

async function stop(code = 0) {
  if (isStopping) return;
  isStopping = true;
  const ended = [...children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children) child.kill("SIGTERM");
  await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, 15_000))]);
  await postgres?.stop();
  fs.rmSync(path.join(dataDir, "running"), { force: true });
  process.exit(code);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));

await requireSettings();
requireAlone();
const port = await choosePort();
const env = {
  ...process.env,
  NODE_ENV: isDev ? "development" : "production",
  NEXT_TELEMETRY_DISABLED: "1",
  PORT: String(port),
  DATA_DIR: dataDir,
  BASE_URL: process.env.BASE_URL || `http://localhost:${port}`,
  NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || secretFile(path.join(dataDir, "session-secret")),
};
env.NEXTAUTH_URL = env.BASE_URL;
// Where Next asks itself for the page that a server action leads to; behind a server of ours it cannot know.
env.__NEXT_PRIVATE_ORIGIN = `http://localhost:${port}`;
if (!env.DATABASE_URL) {
  postgres = await startPostgres({ folder: dataDir }).catch((error) => fail(error.message));
  env.DATABASE_URL = postgres.appUrl;
  env.DATABASE_ADMIN_URL = postgres.adminUrl;
}
if ((await run(["bin/check-settings.ts"])) !== 0) await stop(1);
if (isDev || !isBuilt()) if ((await run(["bin/build-checker.ts"])) !== 0) await stop(1);
if (!isDev && !isBuilt()) {
  console.log("Building the pages (once; about a minute) …");
  if ((await run(["node_modules/next/dist/bin/next", "build"], true)) !== 0) await stop(1);
  fs.writeFileSync(".next/built-from", sourceStamp());
}
await Promise.all([serve(["worker/main.ts"], "The worker"), serve(["bin/web.ts"], "The web server")]);
announce();

/** Names every fault of the settings at once, before anything is started. */
async function requireSettings() {
  const { readConfig } = await import("../lib/config.ts");
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  // What is made below when it was not given.
  const made = {
    NEXTAUTH_SECRET: "-".repeat(32),
    ...(given.DATABASE_ADMIN_URL ? {} : { DATABASE_URL: "postgres://made" }),
  };
  try {
    readConfig({ ...made, ...given });
  } catch (error) {
    fail(error.faults ? error.message : error.stack);
  }
}

/** Runs to its end; gives its exit code. */
function run(args, isQuiet = false) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      env,
      stdio: ["ignore", isQuiet ? "ignore" : "inherit", "inherit"],
    });
    children.add(child);
    child.on("exit", (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** Starts what stays; resolves when it says it is ready. When it ends by itself, everything ends. */
function serve(args, name) {
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  children.add(child);
  child.on("exit", (code, signal) => {
    children.delete(child);
    if (isStopping) return;
    console.error(`${name} has stopped (${code ?? signal}).`);
    void stop(1);
  });
  return new Promise((resolve) => child.once("message", resolve));
}

/** Takes the data folder for this start. */
function requireAlone() {
  const file = path.join(dataDir, "running");
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const other = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
    if (other && isAlive(other))
      fail(
        `Whereof already runs on ${dataDir} (process ${other}). Stop it, or set DATA_DIR to another folder.`,
      );
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
  } catch (error) {
    fail(
      `The data folder ${dataDir} cannot be used: ${error.code ?? error.message}. Set DATA_DIR to another.`,
    );
  }
}

/** Numbers are used again: in a container the last start may have had ours. */
function isAlive(pid) {
  return pid !== process.pid && pid !== process.ppid && commandOf(pid).includes("start.mjs");
}

async function choosePort() {
  const wanted = Number(process.env.PORT || 3000);
  if (await isFree(wanted)) return wanted;
  if (process.env.PORT) fail(`Port ${wanted} is in use. Choose another with PORT=3001 npm start.`);
  for (let port = wanted + 1; port < wanted + 50; port++) if (await isFree(port)) return port;
  return fail("No free port between 3000 and 3050. Choose one with PORT=… npm start.");
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}

function isBuilt() {
  return (
    fs.existsSync(".next/BUILD_ID") &&
    fs.existsSync(".next/built-from") &&
    fs.readFileSync(".next/built-from", "utf8") === sourceStamp()
  );
}

/** Newest change in what pages are made of. */
function sourceStamp() {
  let newest = 0;
  let count = 0;
  const look = (entry) => {
    if (!fs.existsSync(entry)) return;
    const info = fs.statSync(entry);
    if (info.isDirectory()) for (const name of fs.readdirSync(entry)) look(path.join(entry, name));
    else {
      newest = Math.max(newest, info.mtimeMs);
      count++;
    }
  };
  for (const entry of [
    "app",
    "components",
    "lib",
    "db",
    "messages",
    "i18n",
    "public",
    "proxy.ts",
    "next.config.ts",
    "package-lock.json",
  ])
    look(entry);
  return `${Math.round(newest)} ${count}`;
}

function announce() {
  const mail = env.SMTP_HOST ? "" : " Mail goes to the\n  built-in Outbox until you set SMTP_HOST.";
  console.log(`
  Whereof is running:  ${env.BASE_URL}

  First time: open the address and create your organization.${mail}
  Ctrl-C stops everything.
`);
}
