import { hash } from "node:crypto";
import { compareBytes } from "#lib/bytes.ts";

/** Its own prefix, so that no chain link can pose as a leaf or node of a Merkle tree (0x00, 0x01). */
const LINK = 0x02;

/** What the first event of a chain follows: 32 zero bytes. */
export const CHAIN_START = new Uint8Array(32);

/** Longest bodies fit; it grows for one that does not. */
let message = Buffer.alloc(16 * 1024);
message[0] = LINK;
const PREFIX_BYTES = 33;

/**
 * The hash that binds an event to all before it: SHA-256(0x02 ‖ previous ‖ body).
 *
 * @param previous 32 bytes. @param body canonical JSON.
 */
export function linkHash(previous: Uint8Array, body: string): Uint8Array {
  if (previous.length !== 32) throw new RangeError("a link follows 32 bytes");
  // A character takes at most three bytes of UTF-8.
  if (message.length < PREFIX_BYTES + body.length * 3) {
    message = Buffer.alloc(PREFIX_BYTES + body.length * 3);
    message[0] = LINK;
  }
  message.set(previous, 1);
  const length = PREFIX_BYTES + message.write(body, PREFIX_BYTES, "utf8");
  return new Uint8Array(hash("sha256", message.subarray(0, length), "buffer"));
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
    if (!isInPlace || compareBytes(link.hash, linkHash(previous, link.body)) !== 0) return position;
    previous = link.hash;
  }
  return null;
}

/** In canonical JSON nothing but type and version, which hold no such word, comes after an event's number. */
const TAIL = /^,"sequence":(\d+),"type":"[a-z.-]+","version":\d+\}$/;

function saysSequence(body: string, position: number): boolean {
  const stated = TAIL.exec(body.slice(body.lastIndexOf(',"sequence":')));
  if (stated) return Number(stated[1]) === position;
  try {
    return (JSON.parse(body) as { sequence?: unknown }).sequence === position;
  } catch {
    return false;
  }
}
