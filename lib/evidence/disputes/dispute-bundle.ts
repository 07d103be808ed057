import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { disputeWords } from "../core/dispute/dispute-words.ts";
import { writeZip, type ZipInput } from "../core/zip/write-zip.ts";
import { evidenceError } from "../errors.ts";
import { lookAt, scanned } from "../scanned-files.ts";

interface Stored {
  readonly name: string;
  readonly fileKey: string;
  readonly sha256: string;
}

/**
 * A dispute file and an evidence package as one ZIP file, written while it is asked for: the same two files give the same
 * bytes.
 *
 * @param at the moment of every file in it. @throws evidence/seal-does-not-hold before anything was written
 */
export async function bundle(
  ctx: Context,
  stored: readonly Stored[],
  at: Date,
): Promise<ReadableStream<Uint8Array>> {
  const words = disputeWords();
  const files: ZipInput[] = [];
  for (const { name, fileKey, sha256 } of stored) {
    const open = () => scanned(ctx, [{ fileKey }]);
    const known = await lookAt(open());
    if (known.sha256 !== sha256) throw evidenceError("seal-does-not-hold", `${name} is not what was stored`);
    files.push({ name, ...known, open });
  }
  const sums = stored.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
  for (const [name, text] of [
    ["README.txt", words("bundle")],
    ["SHA256SUMS", sums],
  ] as const) {
    const bytes = fromUtf8(text);
    files.push({ name, ...(await lookAt([bytes])), open: () => [bytes] });
  }
  const pieces = writeZip(files, at);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      // Whoever reads a stream may keep what it gives; a stored file's piece holds only until the next one.
      else controller.enqueue(value.slice());
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
