import { gatherBytes } from "#lib/bytes.ts";
import type { Context, Visitor } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { filesError } from "#lib/ports/files.ts";
import { sandboxError } from "#lib/ports/sandbox.ts";
import type { Runtime } from "#lib/runtime.ts";
import { type ChosenTrust, chosenTrust, type TrustChoice } from "./choose-trust.ts";
import { brokenOff, type PackageReport } from "./core/package/package-report.ts";
import { anchorsOf } from "./core/trust/trust-terms.ts";
import { unreadableReport } from "./core/validation/build-report.ts";
import { refusalWords } from "./core/validation/refusal-words.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";
import { isZip } from "./core/zip/is-zip.ts";
import { evidenceError } from "./errors.ts";

export const CHECK_LIMITS = { sizeBytes: 50 * 1024 ** 2, nameCharacters: 200 } as const;

const RATE = { tries: 30, windowSeconds: 600 };
const TIMEOUT_MS = 60_000;
/** Each holds a whole file in memory. */
const AT_ONCE = 3;

let underWay = 0;

export interface Upload {
  readonly name: string;
  /** Only the roots of this installation unless given. */
  readonly trust?: TrustChoice;
  readonly bytes: Uint8Array;
}

/**
 * Validates a PDF or an evidence package that anybody brings, ours or another's. It is held in memory while it is
 * checked, and kept nowhere.
 *
 * @param visitor `member` when they are signed in, for the lists of their organization.
 * @param receive reads it from whoever brings it; asked only when there is room for it.
 * @returns a report, also when the check breaks a limit on time or memory
 * @throws evidence/empty-file, trust-unreadable, list-not-found, too-many-lists; identity/too-many-tries, sandbox/busy
 */
export async function validateUpload(
  { runtime, request, member = null }: Visitor & { readonly member?: Context | null },
  receive: () => Promise<Upload>,
): Promise<ValidationReport | PackageReport> {
  await limitRate(runtime, `check:${networkOf(request.ip)}`, RATE);
  if (underWay >= AT_ONCE) throw sandboxError("busy", `${underWay} files are being checked`);
  underWay++;
  try {
    const { bytes, name, trust } = await receive();
    if (bytes.length === 0) throw evidenceError("empty-file", "no bytes");
    const shown = name.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, CHECK_LIMITS.nameCharacters);
    const terms = { name: shown === "" ? null : shown, ...(await chosenTrust(runtime, member, trust)) };
    return await check(runtime, bytes, terms);
  } finally {
    underWay--;
  }
}

/** All bytes of a request's body. @throws files/too-large as soon as there are more than may be checked */
export async function collectUpload(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number = CHECK_LIMITS.sizeBytes,
): Promise<Uint8Array> {
  return gatherBytes(body, limitBytes, () => filesError("too-large", `more than ${limitBytes} bytes`));
}

type Terms = ChosenTrust & { readonly name: string | null };

async function check(
  runtime: Runtime,
  bytes: Uint8Array,
  { name, crls, ...trust }: Terms,
): Promise<ValidationReport | PackageReport> {
  const now = runtime.now();
  const task = isZip(bytes) ? "checkPackageBytes" : "validateBytes";
  const sizeBytes = bytes.length;
  try {
    const options = { timeoutMs: TIMEOUT_MS, transfer: [bytes.buffer as ArrayBuffer] };
    return await runtime.sandbox.run(task, { bytes, name, ...trust, crls, now }, options);
  } catch (error) {
    if (!isRefusal(error) || error.code === "sandbox/busy") throw error;
    const message = refusalWords(error.code);
    if (task === "checkPackageBytes") return brokenOff(message, now);
    const file = { name, sizeBytes, sha256: null, isEncrypted: false };
    return unreadableReport(
      file,
      { code: error.code, message },
      { ...trust, anchors: anchorsOf(trust), now },
    );
  }
}
