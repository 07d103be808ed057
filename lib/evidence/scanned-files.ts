import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { scan } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";

/** A base file and its tails, one after the other; a piece holds only until the next is asked for. */
export async function* scanned(
  ctx: Context,
  parts: readonly { readonly fileKey: string }[],
): AsyncGenerator<Uint8Array> {
  for (const { fileKey } of parts) {
    const file = await ctx.runtime.files.open(fileKey);
    try {
      yield* scan(file);
    } finally {
      file.close();
    }
  }
}

/** What a ZIP file has to say of a file before its bytes. */
export async function lookAt(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const hash = createHash("sha256");
  let [sizeBytes, checksum] = [0, 0];
  for await (const piece of bytes) {
    hash.update(piece);
    checksum = crc32(piece, checksum);
    sizeBytes += piece.length;
  }
  return { sizeBytes, crc32: checksum, sha256: hash.digest("hex") };
}
