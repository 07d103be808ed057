import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

/** A SoftHSM of one's own with one token in it. */
export interface SoftHsm {
  readonly module: string;
  /** SoftHSM through `faulty-module.c`. */
  readonly faultyModule: string;
  readonly label: string;
  readonly serial: string;
  readonly pin: string;
  /** What the modules find their token by. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of `faulty-module.c`, each used up once. */
  fail(...lines: readonly string[]): void;
  /** OpenSC's pkcs11-tool on this token, logged in unless told otherwise. */
  tool(args: readonly string[], options?: { readonly isLoggedIn?: boolean }): string;
  /** A second token in the same SoftHSM. */
  addToken(label: string): void;
  close(): void;
}

const MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];
const module = MODULES.find((file) => existsSync(file));
const { resolve } = createRequire(import.meta.url);

/** Why there is no token to test against, or null when there is one. */
export const noTokenBecause: string | null = reason();

function reason(): string | null {
  const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  const missing = ["softhsm2-util", "pkcs11-tool", "cc"].filter((program) => !has(program));
  if (!module || missing.length > 0)
    return `no ${missing.join(", ") || "SoftHSM module"}: apt-get install softhsm2 opensc g++`;
  try {
    resolve("pkcs11js/build/Release/pkcs11.node");
    return null;
  } catch {
    return "pkcs11js is not compiled: apt-get install g++ make python3, then npm install";
  }
}

export function softHsm(): SoftHsm {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-hsm-"));
  const file = (name: string) => path.join(folder, name);
  mkdirSync(file("tokens"));
  writeFileSync(
    file("softhsm2.conf"),
    `directories.tokendir = ${file("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const environment = { SOFTHSM2_CONF: file("softhsm2.conf"), REAL_MODULE: module!, FAULTS: file("faults") };
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { env: { ...process.env, ...environment }, encoding: "utf8", stdio: "pipe" });

  const [label, pin] = [`whereof ${randomBytes(3).toString("hex")}`, String(randomInt(1e7, 1e8))];
  const soPin = String(randomInt(1e7, 1e8));
  const addToken = (name: string) =>
    run("softhsm2-util", ["--init-token", "--free", "--label", name, "--so-pin", soPin, "--pin", pin]);
  addToken(label);
  const slots = run("softhsm2-util", ["--show-slots"]);
  const serial = /Serial number:\s+([0-9a-f]{16})/.exec(slots)![1]!;
  run("cc", [
    ...["-shared", "-fPIC", "-o", file("faulty.so")],
    ...["-I", path.join(path.dirname(resolve("pkcs11js")), "includes/pkcs11")],
    ...[path.join(import.meta.dirname, "faulty-module.c"), "-ldl"],
  ]);
  return {
    ...{ module: module!, faultyModule: file("faulty.so"), label, serial, pin, environment, addToken },
    fail: (...lines) => writeFileSync(file("faults"), `${lines.join("\n")}\n`),
    tool: (args, { isLoggedIn = true } = {}) =>
      run("pkcs11-tool", [
        ...["--module", module!, "--token-label", label],
        ...(isLoggedIn ? ["--login", "--pin", pin] : []),
        ...args,
      ]),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
