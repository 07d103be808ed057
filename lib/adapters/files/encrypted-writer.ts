import { createHash, randomBytes } from "node:crypto";
import { filesError, MAX_FILE_BYTES, type StoredFile } from "#lib/ports/files.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import {
  encodeHeader,
  encodeSummary,
  SEGMENT_BYTES,
  segmentCipher,
  segmentCount,
} from "./encrypted-format.ts";

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The encrypted form of `bytes`, piece by piece, holding one segment at a time; returns what was stored.
 *
 * @param key names the file; only under this name can it be decrypted.
 * @throws files/too-large after more than `limitBytes`, master-key/unavailable, and whatever `bytes` throws.
 */
export async function* encrypt(
  key: string,
  bytes: Bytes,
  masterKey: MasterKey,
  limitBytes: number = MAX_FILE_BYTES,
): AsyncGenerator<Uint8Array, StoredFile> {
  const limit = Math.min(limitBytes, MAX_FILE_BYTES);
  const dataKey = randomBytes(32);
  const noncePrefix = randomBytes(7);
  const wrapped = await masterKey.wrap(dataKey, key);
  const cipher = segmentCipher(key, dataKey, noncePrefix);
  dataKey.fill(0);
  yield encodeHeader(wrapped, noncePrefix);

  const hash = createHash("sha256");
  const segment = new Uint8Array(SEGMENT_BYTES);
  let [sizeBytes, filled, number] = [0, 0, 0];
  for await (const piece of bytes) {
    sizeBytes += piece.length;
    if (sizeBytes > limit) throw filesError("too-large", `${key} has more than ${limit} bytes`);
    hash.update(piece);
    for (let taken = 0; taken < piece.length; ) {
      // A full segment waits until more arrives: only then is it known not to be the last.
      if (filled === SEGMENT_BYTES) {
        yield* cipher.seal(number++, "more follow", segment);
        filled = 0;
      }
      const part = piece.subarray(taken, taken + SEGMENT_BYTES - filled);
      segment.set(part, filled);
      filled += part.length;
      taken += part.length;
    }
  }
  yield* cipher.seal(number, "last", segment.subarray(0, filled));

  const summary = { sha256: hash.digest("hex"), sizeBytes };
  yield* cipher.seal(segmentCount(sizeBytes), "trailer", encodeSummary(summary));
  return { key, ...summary };
}
