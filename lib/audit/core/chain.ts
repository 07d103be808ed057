import { equalBytes, fromUtf8, sha256 } from "#lib/bytes.ts";

/** Its own prefix, so that no chain link can pose as a leaf or node of a Merkle tree (0x00, 0x01). */
const LINK = Uint8Array.of(0x02);

/** What the first event of a chain follows: 32 zero bytes. */
export const CHAIN_START = new Uint8Array(32);

/**
 * The hash that binds an event to all before it: SHA-256(0x02 ‖ previous ‖ body).
 *
 * @param previous 32 bytes. @param body canonical JSON.
 */
export function linkHash(previous: Uint8Array, body: string): Uint8Array {
  if (previous.length !== 32) throw new RangeError("a link follows 32 bytes");
  return sha256(LINK, previous, fromUtf8(body));
}

export interface Link {
  readonly sequence: number;
  readonly body: string;
  readonly hash: Uint8Array;
}

/**
 * Where a chain stops holding: the position of the first link whose hash, number or own words do not fit.
 *
 * @param links in the order they are stored. @returns null when every link holds.
 */
export function firstBreak(links: readonly Link[]): number | null {
  let previous: Uint8Array = CHAIN_START;
  for (const [position, link] of links.entries()) {
    const isInPlace = link.sequence === position && saysSequence(link.body, position);
    if (!isInPlace || !equalBytes(link.hash, linkHash(previous, link.body))) return position;
    previous = link.hash;
  }
  return null;
}

function saysSequence(body: string, position: number): boolean {
  try {
    return (JSON.parse(body) as { sequence?: unknown }).sequence === position;
  } catch {
    return false;
  }
}
