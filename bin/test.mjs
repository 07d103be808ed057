// npm test: sets up what the tests need, then unit, database and end-to-end tests. `check` leaves out the last and
// adds format, lint and types.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fail, ready, root } from "./setup.mjs";

process.chdir(root);
await ready();
const isCheck = process.argv[2] === "check";
const startedAt = performance.now();
const env = {
  ...process.env,
  PATH: path.join(root, "node_modules/.bin") + path.delimiter + process.env.PATH,
  NEXT_TELEMETRY_DISABLED: "1",
};
delete env.NODE_ENV;

installPrograms([
  { package: "poppler-utils", program: "pdfsig", isNeeded: true },
  { package: "qpdf", program: "qpdf", isNeeded: true },
  { package: "mupdf-tools", program: "mutool", isNeeded: true },
  { package: "openssl", program: "openssl", isNeeded: true },
  { package: "chromium", program: "chromium", isNeeded: false },
  { package: "radosgw ceph-mon ceph-osd ceph-common", program: "radosgw", isNeeded: false },
]);
if (isCheck) {
  step("format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]);
  step("types", ["node_modules/typescript/bin/tsc", "--noEmit"]);
}
step("unit and database tests", ["node_modules/vitest/vitest.mjs", "run"]);
if (!isCheck) await endToEnd();
console.log(`\nAll green in ${Math.round((performance.now() - startedAt) / 1000)} s.`);
process.exit(0);

/** Debian packages the tests look through: installed when we may, named when we may not. */
function installPrograms(wanted) {
  const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  const missing = wanted.filter(({ program }) => !has(program));
  if (missing.length === 0) return;
  const names = missing.flatMap((entry) => entry.package.split(" "));
  const mayInstall = process.getuid?.() === 0 && has("apt-get");
  if (mayInstall) {
    console.log(`Installing ${names.join(", ")} …`);
    const apt = (...args) =>
      spawnSync("apt-get", args, {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
    apt("update", "-qq");
    for (const entry of missing)
      apt("install", "-y", "-qq", "--no-install-recommends", ...entry.package.split(" "));
  }
  const left = missing.filter(({ program, isNeeded }) => isNeeded && !has(program));
  if (left.length > 0)
    fail(
      `The tests need ${left.map(({ program }) => program).join(", ")}. Install: apt-get install ${left.map((entry) => entry.package).join(" ")}`,
    );
}

function step(name, args, extra = {}) {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env: { ...env, ...extra } });
  if (status !== 0) fail(`\n${name}: failed.`);
  console.log(`${name}: ${Math.round((performance.now() - begun) / 1000)} s`);
}

/** The product as it is started by anybody, on a data folder of its own, driven by a browser. */
async function endToEnd() {
  const browser = await findBrowser();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "whereof-e2e-"));
  const { server, address } = await startProduct(dataDir);
  try {
    step("end-to-end tests", ["node_modules/@playwright/test/cli.js", "test"], {
      E2E_BASE_URL: address,
      E2E_DATA_DIR: dataDir,
      CHROMIUM: browser.path,
      ...(browser.libraries ? { LD_LIBRARY_PATH: browser.libraries } : {}),
    });
  } finally {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGINT");
    await ended;
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

function startProduct(dataDir) {
  const server = spawn(process.execPath, ["bin/start.mjs"], {
    env: { ...env, DATA_DIR: dataDir, PORT: "", LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text) => {
      said += text;
      const address = /is running:\s+(\S+)/.exec(said)?.[1];
      if (address) resolve({ server, address });
    });
    server.once("exit", (code) => reject(new Error(`The product did not start (${code}).\n${said}`)));
  });
}

/** Debian's Chromium, or the one from the registry with the libraries it brings. */
async function findBrowser() {
  for (const candidate of [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"])
    if (candidate && fs.existsSync(candidate)) return { path: candidate };
  // It unpacks its own copies of system libraries only where it believes to be in a cloud function.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  const executable = await chromium.executablePath();
  delete process.env.AWS_EXECUTION_ENV;
  return { path: executable, libraries: path.join(os.tmpdir(), "al2023/lib") };
}
