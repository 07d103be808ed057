// npm test: sets up what the tests need, then unit, database and end-to-end tests. `check` leaves out the last and
// adds format, lint and types.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { fail, ready, root } from "./setup.mjs";

process.chdir(root);
await ready();
const { withProduct } = await import("./product.mjs");
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
  { package: "unzip", program: "unzip", isNeeded: true },
  { package: "python3", program: "python3", isNeeded: true },
  { package: "chromium", program: "chromium", isNeeded: false },
  { package: "firefox-esr", program: "firefox-esr", isNeeded: false },
  { package: "webkit2gtk-driver xvfb", program: "WebKitWebDriver", isNeeded: false },
  { package: "softhsm2", program: "softhsm2-util", isNeeded: false },
  { package: "opensc", program: "pkcs11-tool", isNeeded: false },
  { package: "openssh-server", program: "/usr/sbin/sshd", isNeeded: false },
  { package: "libnss3-tools", program: "certutil", isNeeded: false },
  { package: "default-jre-headless", program: "keytool", isNeeded: false },
  {
    package: "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
    program: "soffice",
    isNeeded: false,
  },
  { package: "radosgw ceph-mon ceph-osd ceph-common", program: "radosgw", isNeeded: false },
]);
if (isCheck) {
  step("format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]);
  // What an earlier build wrote of pages that are elsewhere now.
  fs.rmSync(".next/types", { recursive: true, force: true });
  step("types", ["node_modules/typescript/bin/tsc", "--noEmit"]);
}
step("unit and database tests", ["node_modules/vitest/vitest.mjs", "run"]);
if (!isCheck) {
  // Where outside parties of the tests' own answer, such as an identity provider.
  const doubles = { PRIVATE_HOSTS: (await freeHosts(3)).join() };
  await withProduct({ ...env, ...doubles, PORT: "", CSC_SERVER: "true" }, (visitor) =>
    step("end-to-end tests", ["node_modules/@playwright/test/cli.js", "test"], { ...visitor, ...doubles }),
  );
}
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

/** Addresses here where nobody listens. */
async function freeHosts(count) {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const hosts = servers.map((server) => `127.0.0.1:${server.address().port}`);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return hosts;
}

function step(name, args, extra = {}) {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env: { ...env, ...extra } });
  if (status !== 0) fail(`\n${name}: failed.`);
  console.log(`${name}: ${Math.round((performance.now() - begun) / 1000)} s`);
}
