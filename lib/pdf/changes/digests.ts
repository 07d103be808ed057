import { createHash, type Hash } from "node:crypto";
import { type ByteSource, scan } from "#lib/bytes.ts";
import type { ByteRange } from "./found-signature.ts";

export interface DigestRequest {
  readonly byteRange: ByteRange;
  /** As node:crypto names it. */
  readonly algorithm: string;
}

/**
 * Hashes what each range covers. The file is read once for each algorithm, however many signatures it has: a later
 * one goes on from the state before the hole of the one before it.
 *
 * @returns one digest for each request, in its order.
 */
export function digestsOf(source: ByteSource, requests: readonly DigestRequest[]): Uint8Array[] {
  const digests: Uint8Array[] = [];
  for (const algorithm of new Set(requests.map((request) => request.algorithm))) {
    const own = [...requests.entries()].filter(([, request]) => request.algorithm === algorithm);
    own.sort(([, a], [, b]) => a.byteRange[1] - b.byteRange[1]);
    // RFC 8419 §2.3: SHAKE256 gives 512 bits here.
    const options = algorithm === "shake256" ? { outputLength: 64 } : {};
    const hash = createHash(algorithm, options);
    let position = 0;
    for (const [index, { byteRange }] of own) {
      const [, first, second, length] = byteRange;
      feed(hash, source, position, first);
      position = first;
      const own = hash.copy(options);
      feed(own, source, second, second + length);
      digests[index] = new Uint8Array(own.digest());
    }
  }
  return digests;
}

function feed(hash: Hash, source: ByteSource, from: number, to: number): void {
  for (const piece of scan(source, from, to)) hash.update(piece);
}
