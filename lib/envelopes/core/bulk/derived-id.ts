import { fromHex, fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/**
 * The id that a part of the source has in an envelope made of it: the same every time, so that a step that is repeated
 * finds what it did before, and beside the envelope's own in every index.
 *
 * @see RFC 9562 §5.8
 */
export function derivedId(envelopeId: string, partId: string): string {
  const bytes = new Uint8Array(16);
  bytes.set(fromHex(envelopeId.replaceAll("-", "")).subarray(0, 6));
  bytes.set(sha256(fromUtf8(`${envelopeId} ${partId}`)).subarray(0, 10), 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
