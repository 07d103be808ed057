import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isRefusal } from "#lib/errors.ts";
import { brokenOff, describePackage, type PackageReport } from "#lib/evidence/core/package/package-report.ts";
import { trustListView } from "#lib/evidence/core/trust/list-view.ts";
import type { TrustList } from "#lib/evidence/core/trust/trust-list.ts";
import { listedAnchor } from "#lib/evidence/core/trust/trust-terms.ts";
import { unreadableReport } from "#lib/evidence/core/validation/build-report.ts";
import { describeReport } from "#lib/evidence/core/validation/describe-report.ts";
import { refusalWords } from "#lib/evidence/core/validation/refusal-words.ts";
import { crlsOf, trustAnchorsOf } from "#lib/evidence/core/validation/trust-anchors.ts";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";
import { isZip } from "#lib/evidence/core/zip/is-zip.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { openSandbox } from "#lib/runtime.ts";

const USAGE = `whereof verify FILE [--trust CERTIFICATE]… [--trust-list LIST]… [--crl LIST]… [--json]

  Says who signed FILE, what each signature covers, and what was done to it afterwards. FILE may also be an evidence
  package, a ZIP file: then everything in it is checked; without --trust its own root is where paths end.
  --trust   a certificate to believe in, DER or PEM; a PEM file may hold several; may be given again
  --trust-list  a trusted list (ETSI TS 119 612, XML), the XML of Acrobat's trusted identities, or certificates in
            PEM: a path may end at the services it names; may be given again; does not count for packages
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
  const lists = await readLists(options.lists, io);
  if (!lists) return 2;
  const work = { file: options.file, anchors, crls, lists };
  const report = isPackage(options.file) ? await checkZip(work, io) : await validate(work, io);
  const words = "checks" in report ? describePackage(report) : describeReport(report);
  io.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : words);
  return report.exitCode;
}

function readOptions(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        trust: { type: "string", multiple: true },
        "trust-list": { type: "string", multiple: true },
        crl: { type: "string", multiple: true },
        json: { type: "boolean" },
      },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) return null;
    const { trust = [], "trust-list": lists = [], crl = [], json = false } = values;
    return { file, trust, lists, crl, json };
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

async function readLists(files: readonly string[], io: VerifyIo): Promise<TrustList[] | null> {
  if (files.length === 0) return [];
  const sandbox = openBox(io);
  try {
    const lists: TrustList[] = [];
    for (const file of files) {
      try {
        const bytes = new Uint8Array(readFileSync(file));
        const list = await sandbox.run("readTrustList", { bytes });
        const isNamed = list.kind === "etsi" || list.kind === "lotl";
        lists.push(isNamed ? list : { ...list, name: path.basename(file) });
      } catch (error) {
        const why = isRefusal(error) ? `is not taken as a trust list: ${error.message}` : "cannot be read";
        io.write(`${file} ${why}: nothing was checked.\n`);
        return null;
      }
    }
    return lists;
  } finally {
    await sandbox.close();
  }
}

interface Work {
  readonly file: string;
  readonly anchors: readonly TrustAnchor[];
  readonly crls: readonly Uint8Array[];
  readonly lists: readonly TrustList[];
}

const dersOf = ({ anchors }: Work) =>
  anchors.flatMap(({ certificate }) => (certificate ? [certificate.der] : []));

const listedOf = ({ lists }: Work) =>
  lists.flatMap((list) => list.services.map((one) => listedAnchor(list, one)));

/** By its first bytes: a package begins with a file. */
function isPackage(file: string): boolean {
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = new Uint8Array(4);
      readSync(descriptor, bytes, 0, 4, 0);
      return isZip(bytes);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function openBox({ timeoutMs = LIMITS.timeoutMs, memoryBytes = LIMITS.memoryBytes }: VerifyIo) {
  const entry = new URL("../lib/sandbox.ts", import.meta.url);
  return openSandbox({ entry, size: 1, timeoutMs, memoryBytes });
}

async function checkZip(work: Work, io: VerifyIo): Promise<PackageReport> {
  const now = io.now ?? new Date();
  const sandbox = openBox(io);
  try {
    return await sandbox.run("checkPackage", {
      ...{ path: path.resolve(work.file), name: path.basename(work.file) },
      ...{ anchors: dersOf(work), listed: listedOf(work), crls: work.crls, now },
    });
  } catch (error) {
    return brokenOff(refusalWords(isRefusal(error) ? error.code : "internal"), now);
  } finally {
    await sandbox.close();
  }
}

async function validate(work: Work, io: VerifyIo): Promise<ValidationReport> {
  const { file, anchors, crls } = work;
  const lists = work.lists.map((list) => trustListView(list, null));
  const now = io.now ?? new Date();
  const sandbox = openBox(io);
  const name = path.basename(file);
  try {
    const trust = { anchors: dersOf(work), listed: listedOf(work), lists };
    return await sandbox.run("validate", { path: path.resolve(file), name, ...trust, crls, now });
  } catch (error) {
    const code = isRefusal(error) ? error.code : "internal";
    const sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const view = { name, sizeBytes, sha256: null, isEncrypted: false };
    return unreadableReport(view, { code, message: refusalWords(code) }, { anchors, lists, now });
  } finally {
    await sandbox.close();
  }
}
