import { compareBytes, concatBytes, fromLatin1, fromUtf8 } from "#lib/bytes.ts";

/** Identifier octets of the universal types these structures use (X.690 §8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The identifier octet of a constructed, context-specific `[number]`. */
export const context = (number: number): number => 0xa0 | number;
/** The identifier octet of a primitive, context-specific `[number]`. */
export const primitiveContext = (number: number): number => 0x80 | number;

/**
 * One DER value: identifier octet, shortest definite length, contents.
 *
 * @param tag one identifier octet. @param parts contents, joined in the order given.
 * @see X.690 §10.1
 */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const written = new Uint8Array(2 + lengthOctets(size) + size);
  let position = putHeader(written, 0, tag, size);
  for (const part of parts) {
    written.set(part, position);
    position += part.length;
  }
  return written;
}

/** How many octets follow the first octet of a length. @see X.690 §10.1 */
export const lengthOctets = (size: number): number =>
  size < 0x80 ? 0 : size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 0x1000000 ? 3 : 4;

/** Writes identifier octet and length of a value. @returns where its contents begin. */
export function putHeader(into: Uint8Array, at: number, tag: number, size: number): number {
  const count = lengthOctets(size);
  into[at] = tag;
  into[at + 1] = count === 0 ? size : 0x80 | count;
  for (let index = count, rest = size; index > 0; index--, rest = Math.floor(rest / 256))
    into[at + 1 + index] = rest;
  return at + 2 + count;
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...parts);

/** A SEQUENCE OF of any length. */
export const sequenceOf = (parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, concatBytes(parts));

/** The contents of a SET OF: sorted by encoding. @see X.690 §11.6 */
export const sorted = (parts: readonly Uint8Array[]): Uint8Array => concatBytes(parts.toSorted(compareBytes));

/** A SET OF, sorted by encoding. @see X.690 §11.6 */
export const setOf = (parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.set, sorted(parts));

/** `[number] EXPLICIT`, or an implicitly tagged constructed value. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  tlv(context(number), ...parts);

/** The same value under another identifier octet: IMPLICIT tagging. @param der one DER value. */
export function retagged(tag: number, der: Uint8Array): Uint8Array {
  const copy = der.slice();
  copy[0] = tag;
  return copy;
}

export const boolean = (value: boolean): Uint8Array => tlv(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
export const nullValue = (): Uint8Array => tlv(TAG.null);
export const octetString = (bytes: Uint8Array): Uint8Array => tlv(TAG.octetString, bytes);
export const enumerated = (value: number): Uint8Array => tlv(TAG.enumerated, Uint8Array.of(value));
export const utf8String = (text: string): Uint8Array => tlv(TAG.utf8String, fromUtf8(text));
export const printableString = (text: string): Uint8Array => tlv(TAG.printableString, fromLatin1(text));
export const ia5String = (text: string): Uint8Array => tlv(TAG.ia5String, fromLatin1(text));

/** An INTEGER of zero or more. @throws RangeError below zero or not whole: a caller's bug */
export function integer(value: number | bigint): Uint8Array {
  if (value < 0) throw new RangeError(`${value} is negative`);
  const hex = BigInt(value).toString(16);
  return unsignedInteger(new Uint8Array(Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")));
}

/**
 * An INTEGER of zero or more, from its magnitude.
 *
 * @param magnitude big-endian; leading zeros are dropped and one is added where the value would read as
 * negative.
 */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((octet) => octet !== 0);
  const shortest = first < 0 ? Uint8Array.of(0) : magnitude.subarray(first);
  return tlv(TAG.integer, ...(shortest[0]! & 0x80 ? [Uint8Array.of(0)] : []), shortest);
}

/** A BIT STRING of whole octets. */
export const bitString = (bytes: Uint8Array): Uint8Array => tlv(TAG.bitString, Uint8Array.of(0), bytes);

/**
 * A BIT STRING whose bits have names: trailing zero bits are dropped.
 *
 * @param positions numbers of the bits that are one, counted from 0.
 * @see X.690 §11.2.2
 */
export function namedBits(positions: readonly number[]): Uint8Array {
  if (positions.length === 0) return tlv(TAG.bitString, Uint8Array.of(0));
  const last = Math.max(...positions);
  const octets = new Uint8Array(1 + Math.floor(last / 8));
  for (const position of positions) octets[Math.floor(position / 8)]! |= 0x80 >> (position % 8);
  return tlv(TAG.bitString, Uint8Array.of(7 - (last % 8)), octets);
}

/**
 * An OBJECT IDENTIFIER.
 *
 * @param dotted such as `2.5.29.15`; arcs may be of any size (2.25 carries whole UUIDs).
 * @throws RangeError when it is not an object identifier: a caller's bug
 */
export function oid(dotted: string): Uint8Array {
  const known = writtenOids.get(dotted);
  if (known) return known;
  if (!/^[012](\.(0|[1-9]\d*))+$/.test(dotted)) throw new RangeError(`not an object identifier: ${dotted}`);
  const [first, second, ...rest] = dotted.split(".").map(BigInt) as [bigint, bigint, ...bigint[]];
  const written = tlv(TAG.oid, Uint8Array.from([first * 40n + second, ...rest].flatMap(base128)));
  if (writtenOids.size < MAX_WRITTEN) writtenOids.set(dotted, written);
  return written;
}

// The same few stand in every structure. What is kept is joined into others and never written to.
const MAX_WRITTEN = 256;
const writtenOids = new Map<string, Uint8Array>();

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(0x80 | Number(rest & 0x7fn));
  return octets;
}

/** UTCTime until 2049 and GeneralizedTime after, in whole seconds. @see RFC 5280 §4.1.2.5 */
export function time(at: Date): Uint8Array {
  const year = at.getUTCFullYear();
  return year >= 1950 && year < 2050 ? writtenTime(at, TAG.utcTime) : generalizedTime(at);
}

/** GeneralizedTime in whole seconds; milliseconds are cut off. @see RFC 5280 §4.1.2.5.2 */
export const generalizedTime = (at: Date): Uint8Array => writtenTime(at, TAG.generalizedTime);

// The same few instants stand in all that is made within a second; like object identifiers, they are never written to.
const MAX_SECONDS = 16;
const writtenTimes = {
  [TAG.utcTime]: new Map<number, Uint8Array>(),
  [TAG.generalizedTime]: new Map(),
} as const;

function writtenTime(at: Date, tag: keyof typeof writtenTimes): Uint8Array {
  const ofTag: Map<number, Uint8Array> = writtenTimes[tag];
  const seconds = Math.floor(at.getTime() / 1000);
  const known = ofTag.get(seconds);
  if (known) return known;
  const text = `${at.toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
  const written = tlv(tag, fromLatin1(tag === TAG.utcTime ? text.slice(2) : text));
  if (ofTag.size >= MAX_SECONDS) ofTag.delete(ofTag.keys().next().value!);
  ofTag.set(seconds, written);
  return written;
}
