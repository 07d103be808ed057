import { toHex, toLatin1 } from "#lib/bytes.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** One value as it stands in its source; nothing is copied and nothing inside is read until asked for. */
export interface DerValue {
  /** Identifier octet. */
  readonly tag: number;
  /** Identifier, length and contents. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** Takes the members of a SEQUENCE one after the other, refusing what does not fit. */
export interface Fields {
  take(tag: number, what: string): DerValue;
  takeAny(what: string): DerValue;
  maybe(tag: number): DerValue | undefined;
  rest(): DerValue[];
  end(): void;
}

interface Length {
  readonly size: number | null;
  readonly octets: number;
}

const MAX_LENGTH_OCTETS = 4;

const malformed = (what: string, options?: ErrorOptions) => pkiError("malformed", what, options);

/**
 * Reads the one DER value that fills `bytes`.
 *
 * @param bytes untrusted. @param what names the structure in the refusal. @param maxBytes its greatest size.
 * @throws pki/malformed, pki/too-large
 * @see X.690 §10
 */
export function readDer(bytes: Uint8Array, what: string, maxBytes: number): DerValue {
  if (bytes.length > maxBytes)
    throw pkiError("too-large", `${what}: ${bytes.length} bytes, limit ${maxBytes}`);
  const value = valueAt(bytes, 0, what);
  if (value.bytes.length !== bytes.length) throw malformed(`${what}: bytes after its end`);
  return value;
}

function valueAt(bytes: Uint8Array, position: number, what: string): DerValue {
  const tag = bytes[position];
  const first = bytes[position + 1];
  if (tag === undefined || first === undefined) throw malformed(`${what}: cut off`);
  if ((tag & 0x1f) === 0x1f) throw malformed(`${what}: tag numbers above 30 are not used here`);
  const { size, octets } = lengthAt(bytes, position + 1, what);
  if (size === null) throw malformed(`${what}: indefinite length`);
  if (octets > 1 && (size < 0x80 || bytes[position + 2] === 0)) throw malformed(`${what}: length too long`);
  const start = position + 1 + octets;
  if (start + size > bytes.length) throw malformed(`${what}: cut off`);
  return { tag, bytes: bytes.subarray(position, start + size), content: bytes.subarray(start, start + size) };
}

/** The length at `position`, null when indefinite, and how many octets it takes. */
export function lengthAt(bytes: Uint8Array, position: number, what: string): Length {
  const first = bytes[position];
  if (first === undefined) throw malformed(`${what}: cut off`);
  if (first < 0x80) return { size: first, octets: 1 };
  if (first === 0x80) return { size: null, octets: 1 };
  const count = first & 0x7f;
  if (count > MAX_LENGTH_OCTETS) throw malformed(`${what}: length of ${count} octets`);
  if (position + count >= bytes.length) throw malformed(`${what}: cut off`);
  let size = 0;
  for (let index = 1; index <= count; index++) size = size * 256 + bytes[position + index]!;
  return { size, octets: 1 + count };
}

/** The values inside a constructed value, one at a time, so that a long list is never held whole. */
export function* eachChild(value: DerValue, what: string): Generator<DerValue> {
  if ((value.tag & 0x20) === 0) throw malformed(`${what}: not constructed`);
  for (let position = 0; position < value.content.length; ) {
    const child = valueAt(value.content, position, what);
    yield child;
    position += child.bytes.length;
  }
}

/**
 * The values inside a constructed value.
 *
 * @throws pki/malformed; pki/too-large when there are more than `limit`
 */
export function childrenOf(value: DerValue, what: string, limit = 1000): DerValue[] {
  const children: DerValue[] = [];
  for (const child of eachChild(value, what)) {
    if (children.length === limit) throw pkiError("too-large", `${what}: more than ${limit} members`);
    children.push(child);
  }
  return children;
}

/** The members of a value that must carry `tag`. @throws pki/malformed, pki/too-large */
export function fieldsOf(value: DerValue, what: string, tag: number = TAG.sequence): Fields {
  requireTag(value, tag, what);
  const children = childrenOf(value, what);
  let next = 0;
  const maybe = (wanted: number) => (children[next]?.tag === wanted ? children[next++] : undefined);
  return {
    maybe,
    take(wanted, field) {
      const found = maybe(wanted);
      if (!found) throw malformed(`${what}: no ${field}`);
      return found;
    },
    takeAny(field) {
      const found = children[next++];
      if (!found) throw malformed(`${what}: no ${field}`);
      return found;
    },
    rest: () => children.slice(next),
    end() {
      if (next < children.length) throw malformed(`${what}: unexpected member`);
    },
  };
}

/** The value inside `[n] EXPLICIT`. @throws pki/malformed unless there is exactly one */
export function onlyChild(value: DerValue, what: string): DerValue {
  const children = childrenOf(value, what);
  if (children.length !== 1) throw malformed(`${what}: ${children.length} values where one is wanted`);
  return children[0]!;
}

export function requireTag(value: DerValue, tag: number, what: string): DerValue {
  if (value.tag !== tag) throw malformed(`${what}: tag ${value.tag} where ${tag} is wanted`);
  return value;
}

export function readBoolean(value: DerValue, what: string): boolean {
  requireTag(value, TAG.boolean, what);
  if (value.content.length !== 1) throw malformed(`${what}: not a BOOLEAN`);
  return value.content[0] !== 0;
}

/** The contents of an INTEGER: big-endian, two's complement, as sent. */
export function readInteger(value: DerValue, what: string, tag: number = TAG.integer): Uint8Array {
  requireTag(value, tag, what);
  if (value.content.length === 0) throw malformed(`${what}: empty INTEGER`);
  return value.content;
}

/** An INTEGER or ENUMERATED from 0 up to 2^31. */
export function readSmallInteger(value: DerValue, what: string, tag: number = TAG.integer): number {
  const content = readInteger(value, what, tag);
  if (content.length > 4 || content[0]! & 0x80) throw malformed(`${what}: out of range`);
  return content.reduce((number, octet) => number * 256 + octet, 0);
}

/** Hexadecimal digits of an INTEGER without leading zero octets, as serial numbers are written. */
export function integerHex(content: Uint8Array): string {
  const first = content.findIndex((octet) => octet !== 0);
  return first < 0 ? "00" : toHex(content.subarray(first));
}

export function readOid(value: DerValue, what: string, tag: number = TAG.oid): string {
  requireTag(value, tag, what);
  const octets = toLatin1(value.content);
  const known = readOids.get(octets);
  if (known !== undefined) return known;
  const dotted = dottedOf(value.content, what);
  if (readOids.size < MAX_READ_OIDS) readOids.set(octets, dotted);
  return dotted;
}

// The same few stand in every structure.
const MAX_READ_OIDS = 256;
const readOids = new Map<string, string>();

function dottedOf(content: Uint8Array, what: string): string {
  // Nothing registered comes near; without a limit, long arcs cost quadratic time.
  if (content.length === 0 || content.length > 128 || content.at(-1)! & 0x80)
    throw malformed(`${what}: bad OID`);
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  for (let index = 0; index < content.length; index++) {
    const octet = content[index]!;
    const isFirst = index === 0 || (content[index - 1]! & 0x80) === 0;
    if (isFirst && octet === 0x80) throw malformed(`${what}: bad OID`);
    // Most arcs fit a number; those that would outgrow one, as of whole UUIDs, go on as what does not.
    if (typeof arc === "number" && arc > MAX_SMALL_ARC) arc = BigInt(arc);
    arc = typeof arc === "bigint" ? (arc << 7n) | BigInt(octet & 0x7f) : arc * 128 + (octet & 0x7f);
    if (octet & 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head, ...rest] = arcs;
  const top = head! < 40 ? 0 : head! < 80 ? 1 : 2;
  const second = typeof head === "bigint" ? head - BigInt(top * 40) : head! - top * 40;
  return [top, second, ...rest].join(".");
}

const MAX_SMALL_ARC = 2 ** 45;

export function readOctets(value: DerValue, what: string): Uint8Array {
  return requireTag(value, TAG.octetString, what).content;
}

/** A BIT STRING of whole octets, as keys and signatures are. */
export function readBitOctets(value: DerValue, what: string): Uint8Array {
  requireTag(value, TAG.bitString, what);
  if (value.content[0] !== 0) throw malformed(`${what}: not whole octets`);
  return value.content.subarray(1);
}

/** Numbers of the bits that are one, counted from 0. */
export function readNamedBits(value: DerValue, what: string, tag: number = TAG.bitString): number[] {
  requireTag(value, tag, what);
  const [unused, ...octets] = value.content.subarray(0, 9);
  if (unused === undefined || unused > 7 || value.content.length > 9)
    throw malformed(`${what}: bad BIT STRING`);
  return octets.flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => index * 8 + bit),
  );
}

/**
 * UTCTime or GeneralizedTime, always in UTC and with seconds.
 *
 * @returns fractions of a second cut to milliseconds (RFC 3161 §2.4.2 allows them).
 * @throws pki/malformed, also for a day or hour that does not exist
 */
export function readTime(value: DerValue, what: string): Date {
  const text = toLatin1(value.content);
  const pattern =
    value.tag === TAG.utcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : value.tag === TAG.generalizedTime
        ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/
        : null;
  const match = pattern?.exec(text);
  if (!match) throw malformed(`${what}: not a time`);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as number[];
  const at = new Date(0);
  at.setUTCFullYear(fullYear(value.tag, year!), month! - 1, day!);
  at.setUTCHours(hour!, minute!, second!, Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)));
  const isReal = at.getUTCDate() === day && at.getUTCMonth() === month! - 1 && at.getUTCSeconds() === second;
  if (!isReal || at.getUTCHours() !== hour || at.getUTCMinutes() !== minute)
    throw malformed(`${what}: not a time`);
  return at;
}

// RFC 5280 §4.1.2.5.1: two digits from 50 on are of the twentieth century.
const fullYear = (tag: number, year: number) =>
  tag === TAG.utcTime ? year + (year >= 50 ? 1900 : 2000) : year;

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const UTF_16 = new TextDecoder("utf-16be", { fatal: true, ignoreBOM: true });

/** The characters of any ASN.1 string type; null when the value is none or its bytes are not characters. */
export function readText(value: DerValue): string | null {
  try {
    switch (value.tag) {
      case TAG.utf8String:
        return UTF_8.decode(value.content);
      case TAG.bmpString:
        return UTF_16.decode(value.content);
      case TAG.numericString:
      case TAG.printableString:
      case TAG.ia5String:
      case TAG.visibleString:
      case TAG.teletexString:
        return toLatin1(value.content);
      default:
        return null;
    }
  } catch {
    return null;
  }
}
