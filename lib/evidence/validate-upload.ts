import { concatBytes } from "#lib/bytes.ts";
import type { Visitor } from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { filesError } from "#lib/ports/files.ts";
import { sandboxError } from "#lib/ports/sandbox.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";
import { evidenceError } from "./errors.ts";

export const CHECK_LIMITS = { sizeBytes: 50 * 1024 ** 2, nameCharacters: 200 } as const;

const RATE = { tries: 30, windowSeconds: 600 };
const TIMEOUT_MS = 60_000;
/** Each holds a whole file in memory. */
const AT_ONCE = 3;

let underWay = 0;

/**
 * Validates a PDF that anybody brings, ours or another's, with the root of this installation to believe in. The
 * file is held in memory while it is checked, and kept nowhere.
 *
 * @throws files/too-large, evidence/empty-file, identity/too-many-tries, sandbox/busy
 */
export async function validateUpload(
  { runtime, request }: Visitor,
  input: { readonly name: string },
  body: AsyncIterable<Uint8Array>,
): Promise<ValidationReport> {
  await limitRate(runtime, `check:${networkOf(request.ip)}`, RATE);
  if (underWay >= AT_ONCE) throw sandboxError("busy", `${underWay} files are being checked`);
  underWay++;
  try {
    const bytes = await collect(body);
    if (bytes.length === 0) throw evidenceError("empty-file", "no bytes");
    const { roots, crls } = await publishedTrust(runtime);
    const name = input.name.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, CHECK_LIMITS.nameCharacters);
    return await runtime.sandbox.run(
      "validateBytes",
      { bytes, name: name === "" ? null : name, anchors: roots, crls, now: runtime.now() },
      { timeoutMs: TIMEOUT_MS, transfer: [bytes.buffer as ArrayBuffer] },
    );
  } finally {
    underWay--;
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of body) {
    sizeBytes += part.length;
    if (sizeBytes > CHECK_LIMITS.sizeBytes) throw filesError("too-large", `more than ${sizeBytes - 1} bytes`);
    parts.push(part);
  }
  return concatBytes(parts);
}
