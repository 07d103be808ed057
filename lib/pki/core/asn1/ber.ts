import { concatBytes } from "#lib/bytes.ts";
import { TAG, tlv } from "#lib/pki/core/asn1/der.ts";
import { lengthAt } from "#lib/pki/core/asn1/read-der.ts";
import { pkiError } from "#lib/pki/errors.ts";

const MAX_DEPTH = 32;
const MAX_REWRITTEN = 100_000;
const CONSTRUCTED_OCTET_STRING = TAG.octetString | 0x20;

type DepthRefusal = "malformed" | "nested-too-deep";

interface Rewritten {
  readonly der: Uint8Array;
  /** Position after the value in the source. */
  readonly end: number;
}

interface Source {
  readonly bytes: Uint8Array;
  readonly what: string;
  /** What deep nesting is refused with. */
  readonly depthRefusal: DepthRefusal;
  /** Values left before the refusal. */
  budget: number;
}

/**
 * Rewrites BER as DER as far as CMS needs it: definite, shortest lengths and octet strings in one piece.
 * Foreign signatures are sometimes written in streams, while what they sign is always DER (RFC 5652 §5.4).
 *
 * @param bytes untrusted; only the first value is read. @param what names it in the refusal. @param depthRefusal the
 *   code for nesting deeper than 32 levels.
 * @returns `der`, the very bytes when they were DER already, and how much of the input the value took.
 * @throws pki/malformed, pki/too-large, and `depthRefusal`
 * @see X.690 §8.1.3, §8.7.3
 */
export function derFromBer(
  bytes: Uint8Array,
  what: string,
  depthRefusal: DepthRefusal = "malformed",
): { der: Uint8Array; sizeBytes: number } {
  const source = { bytes, what, depthRefusal, budget: MAX_REWRITTEN };
  const end = endOfDer(source, 0, bytes.length, 0);
  if (end !== null) return { der: bytes.subarray(0, end), sizeBytes: end };
  const rewritten = rewrite(source, 0, bytes.length, 0);
  return { der: rewritten.der, sizeBytes: rewritten.end };
}

/** Where the DER value at `position` ends; null when it is BER. Allocates nothing: most input is DER. */
function endOfDer(source: Source, position: number, stop: number, depth: number): number | null {
  const { tag, start, size, octets } = headAt(source, position, stop, depth);
  if (size === null || tag === CONSTRUCTED_OCTET_STRING) return null;
  if (octets > 1 && (size < 0x80 || source.bytes[position + 2] === 0)) return null;
  const end = start + size;
  if ((tag & 0x20) === 0) return end;
  for (let next: number | null = start; next < end; ) {
    next = endOfDer(source, next, end, depth + 1);
    if (next === null) return null;
  }
  return end;
}

function rewrite(source: Source, position: number, stop: number, depth: number): Rewritten {
  if (source.budget-- === 0) throw pkiError("too-large", `${source.what}: too many values to rewrite`);
  const { tag, start, size } = headAt(source, position, stop, depth);
  if ((tag & 0x20) === 0) {
    if (size === null) throw malformed(source, "primitive of indefinite length");
    return { der: tlv(tag, source.bytes.subarray(start, start + size)), end: start + size };
  }
  const { parts, end } = rewriteMembers(source, start, size === null ? stop : start + size, size, depth);
  if (tag !== CONSTRUCTED_OCTET_STRING) return { der: tlv(tag, concatBytes(parts)), end };
  return { der: tlv(TAG.octetString, concatBytes(parts.map((part) => pieceOf(source, part)))), end };
}

function rewriteMembers(source: Source, start: number, stop: number, size: number | null, depth: number) {
  const parts: Uint8Array[] = [];
  for (let position = start; ; ) {
    if (size !== null && position === stop) return { parts, end: stop };
    if (size === null && source.bytes[position] === 0 && source.bytes[position + 1] === 0) {
      if (position + 2 > stop) throw malformed(source, "cut off");
      return { parts, end: position + 2 };
    }
    const member = rewrite(source, position, stop, depth + 1);
    parts.push(member.der);
    position = member.end;
  }
}

function headAt(source: Source, position: number, stop: number, depth: number) {
  if (depth > MAX_DEPTH)
    throw pkiError(source.depthRefusal, `${source.what}: nested deeper than ${MAX_DEPTH}`);
  const tag = source.bytes[position];
  if (tag === undefined || position + 1 >= stop) throw malformed(source, "cut off");
  if ((tag & 0x1f) === 0x1f) throw malformed(source, "tag numbers above 30 are not used here");
  const { size, octets } = lengthAt(source.bytes, position + 1, source.what);
  const start = position + 1 + octets;
  if (start + (size ?? 0) > stop) throw malformed(source, "cut off");
  return { tag, start, size, octets };
}

/** The contents of one piece of an octet string; pieces of pieces were joined before. */
function pieceOf(source: Source, der: Uint8Array): Uint8Array {
  if (der[0] !== TAG.octetString) throw malformed(source, "not a piece of an OCTET STRING");
  const { octets } = lengthAt(der, 1, source.what);
  return der.subarray(1 + octets);
}

const malformed = (source: Source, why: string) => pkiError("malformed", `${source.what}: ${why}`);
