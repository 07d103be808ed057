import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isRefusal } from "#lib/errors.ts";
import { unreadableReport } from "#lib/evidence/core/validation/build-report.ts";
import { describeReport } from "#lib/evidence/core/validation/describe-report.ts";
import { refusalWords } from "#lib/evidence/core/validation/refusal-words.ts";
import { crlsOf, trustAnchorsOf } from "#lib/evidence/core/validation/trust-anchors.ts";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { openSandbox } from "#lib/runtime.ts";

const USAGE = `whereof verify FILE [--trust CERTIFICATE]… [--crl LIST]… [--json]

  Says who signed FILE, what each signature covers, and what was done to it afterwards.
  --trust   a certificate to believe in, DER or PEM; a PEM file may hold several; may be given again
  --crl     a revocation list that is newer than the file, DER or PEM; may be given again
  --json    the same for programs (docs/verify.md)

  0 every signature holds · 1 something failed · 2 it cannot be told
`;
const LIMITS = { timeoutMs: 60_000, memoryBytes: 768 * 1024 ** 2 };

/** Where output goes, and what tests set otherwise. */
export interface VerifyIo {
  write(text: string): void;
  readonly now?: Date;
  readonly timeoutMs?: number;
  readonly memoryBytes?: number;
}

/**
 * Validates one file in a process of its own, within limits on time and memory, and prints the report.
 *
 * @returns the exit code: 0, 1 or 2 as docs/verify.md says, 64 when it was called wrongly.
 */
export async function verifyCommand(args: readonly string[], io: VerifyIo): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    io.write(USAGE);
    return 64;
  }
  const anchors = readAnchors(options.trust, io);
  if (!anchors) return 2;
  const crls = readCrls(options.crl, io);
  if (!crls) return 2;
  const report = await validate(options.file, anchors, crls, io);
  io.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report));
  return report.exitCode;
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        trust: { type: "string", multiple: true },
        crl: { type: "string", multiple: true },
        json: { type: "boolean" },
      },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) return null;
    return { file, trust: values.trust ?? [], crl: values.crl ?? [], json: values.json ?? false };
  } catch {
    return null;
  }
}

function readAnchors(files: readonly string[], io: VerifyIo): TrustAnchor[] | null {
  const anchors: TrustAnchor[] = [];
  for (const file of files) {
    try {
      anchors.push(...trustAnchorsOf(new Uint8Array(readFileSync(file))));
    } catch (error) {
      const why = isRefusal(error) ? "is no certificate in DER or PEM" : "cannot be read";
      io.write(`${file} ${why}: nothing was checked.\n`);
      return null;
    }
  }
  return anchors;
}

function readCrls(files: readonly string[], io: VerifyIo): Uint8Array[] | null {
  const crls: Uint8Array[] = [];
  for (const file of files) {
    try {
      crls.push(...crlsOf(new Uint8Array(readFileSync(file))));
    } catch (error) {
      const why = isRefusal(error) ? "is no revocation list in DER or PEM" : "cannot be read";
      io.write(`${file} ${why}: nothing was checked.\n`);
      return null;
    }
  }
  return crls;
}

async function validate(
  file: string,
  anchors: readonly TrustAnchor[],
  crls: readonly Uint8Array[],
  io: VerifyIo,
): Promise<ValidationReport> {
  const now = io.now ?? new Date();
  const { timeoutMs = LIMITS.timeoutMs, memoryBytes = LIMITS.memoryBytes } = io;
  const entry = new URL("../lib/sandbox.ts", import.meta.url);
  const sandbox = openSandbox({ entry, size: 1, timeoutMs, memoryBytes });
  const name = path.basename(file);
  try {
    const ders = anchors.flatMap(({ certificate }) => (certificate ? [certificate.der] : []));
    return await sandbox.run("validate", { path: path.resolve(file), name, anchors: ders, crls, now });
  } catch (error) {
    const code = isRefusal(error) ? error.code : "internal";
    const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const view = { name, sizeBytes, sha256: null, isEncrypted: false };
    return unreadableReport(view, { code, message: refusalWords(code) }, { anchors, now });
  } finally {
    await sandbox.close();
  }
}
