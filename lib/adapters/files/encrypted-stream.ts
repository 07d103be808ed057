import { concatBytes } from "#lib/bytes.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import {
  decodeHeader,
  encryptedSize,
  type Header,
  MAX_HEADER_BYTES,
  type Role,
  SEALED_SEGMENT_BYTES,
  type SegmentCipher,
  segmentCipher,
  TRAILER_BYTES,
} from "./encrypted-format.ts";
import { damaged, headerOf, summaryOf, unwrapDataKey } from "./encrypted-reader.ts";

/**
 * Decrypts a file while it arrives, holding one segment and what came last. Resolves once the data key is
 * unwrapped; `object` is closed at the end, on damage and on cancel.
 *
 * @throws files/damaged here or from the stream, before the first wrong byte; whatever `object` throws
 */
export async function decryptStream(
  key: string,
  object: AsyncIterable<Uint8Array>,
  masterKey: MasterKey,
): Promise<ReadableStream<Uint8Array>> {
  const pieces = object[Symbol.asyncIterator]();
  try {
    const start = await readStart(pieces);
    const dataKey = await unwrapDataKey(key, start, masterKey);
    const header = headerOf(key, start);
    const plain = decryptPieces(key, start, pieces, header, segmentCipher(key, dataKey, header.noncePrefix));
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await plain.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await pieces.return?.();
        },
      },
      { highWaterMark: 0 },
    );
  } catch (error) {
    await pieces.return?.();
    throw error;
  }
}

/** The first pieces, until they hold the whole header or cannot be one. */
async function readStart(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < MAX_HEADER_BYTES && !decodeHeader(start)) {
    const { done, value } = await pieces.next();
    if (done) break;
    start = concatBytes([start, value]);
  }
  return start;
}

async function* decryptPieces(
  key: string,
  start: Uint8Array,
  pieces: AsyncIterator<Uint8Array>,
  header: Header,
  cipher: SegmentCipher,
): AsyncGenerator<Uint8Array> {
  let held = start.subarray(header.end);
  let [number, sizeBytes] = [0, 0];
  const decrypt = (role: Role, sealed: Uint8Array) => {
    const plain = cipher.open(number, role, sealed);
    if (!plain) throw damaged(key, `segment ${number} is not what was stored`);
    number += 1;
    sizeBytes += plain.length;
    return plain;
  };

  try {
    for (;;) {
      // More than a segment and a trailer: the segment cannot be the last one.
      while (held.length > SEALED_SEGMENT_BYTES + TRAILER_BYTES) {
        yield decrypt("more follow", held.subarray(0, SEALED_SEGMENT_BYTES));
        held = held.subarray(SEALED_SEGMENT_BYTES);
      }
      const { done, value } = await pieces.next();
      if (done) break;
      held = concatBytes([held, value]);
    }
    const last = decrypt("last", held.subarray(0, Math.max(0, held.length - TRAILER_BYTES)));
    summaryOf(key, header, cipher, held, encryptedSize(header.end, sizeBytes));
    yield last;
  } finally {
    await pieces.return?.();
  }
}
