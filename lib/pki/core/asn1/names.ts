import { equalBytes, toHex } from "#lib/bytes.ts";
import { ia5String, oid, printableString, TAG, utf8String } from "#lib/pki/core/asn1/der.ts";
import { sequenceTree, treeOf, writeTree } from "#lib/pki/core/asn1/der-tree.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  readDer,
  readOid,
  readText,
} from "#lib/pki/core/asn1/read-der.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** Attribute types by the short names people read (RFC 4514 §3, RFC 5280 §4.1.2.4, EN 319 412-1). */
const ATTRIBUTES = {
  CN: "2.5.4.3",
  SN: "2.5.4.4",
  serialNumber: "2.5.4.5",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  STREET: "2.5.4.9",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  title: "2.5.4.12",
  name: "2.5.4.41",
  GN: "2.5.4.42",
  pseudonym: "2.5.4.65",
  organizationIdentifier: "2.5.4.97",
  DC: "0.9.2342.19200300.100.1.25",
  UID: "0.9.2342.19200300.100.1.1",
  emailAddress: "1.2.840.113549.1.9.1",
} as const;

export type NameAttribute = keyof typeof ATTRIBUTES;

/** Attribute and value, in the order they are encoded: country first, common name last. */
export type NameParts = readonly (readonly [attribute: NameAttribute, value: string])[];

/** A distinguished name read from a certificate, CRL or signature. */
export interface Name {
  readonly der: Uint8Array;
  /** RFC 4514: last part first, special and invisible characters escaped. */
  readonly text: string;
  readonly parts: readonly NamePart[];
}

export interface NamePart {
  readonly oid: string;
  /** Short name, or the OID where there is none. */
  readonly attribute: string;
  /** Null when the value is not text. */
  readonly value: string | null;
  /** False for the second and later members of a multi-valued RDN. */
  readonly startsRdn: boolean;
  /** The value's own encoding. */
  readonly der: Uint8Array;
}

const MAX_PARTS = 64;
const SHORT_NAMES = new Map<string, string>(Object.entries(ATTRIBUTES).map(([name, type]) => [type, name]));

/** RFC 5280 appendix A.1, upper bounds, in characters. */
const UPPER_BOUNDS: Partial<Record<NameAttribute, number>> = {
  CN: 64,
  serialNumber: 64,
  C: 2,
  O: 64,
  OU: 64,
  name: 32768,
  emailAddress: 255,
};

/**
 * A Name with each part as its own RDN.
 *
 * @throws pki/name-unfit when a part is empty, too long, or has characters its string type cannot carry
 * @see RFC 5280 §4.1.2.4
 */
export function encodeName(parts: NameParts): Uint8Array {
  const rdns = parts.map(([attribute, value]) =>
    treeOf(TAG.set, sequenceTree(oid(ATTRIBUTES[attribute]), encodeValue(attribute, value))),
  );
  return writeTree(sequenceTree(...rdns));
}

function encodeValue(attribute: NameAttribute, value: string): Uint8Array {
  const characters = [...value].length;
  const limit = UPPER_BOUNDS[attribute] ?? 128;
  if (characters === 0 || characters > limit) {
    throw pkiError("name-unfit", `${attribute} has ${characters} characters, 1 to ${limit} allowed`);
  }
  if (/\p{Cc}|\p{Cs}/u.test(value)) throw pkiError("name-unfit", `${attribute} has control characters`);
  if (attribute === "C" || attribute === "serialNumber") {
    if (!/^[A-Za-z0-9 '()+,\-./:=?]+$/.test(value))
      throw pkiError("name-unfit", `${attribute} is not printable`);
    return printableString(value);
  }
  if (attribute === "emailAddress" || attribute === "DC") {
    if (!/^[\x20-\x7e]+$/.test(value)) throw pkiError("name-unfit", `${attribute} is not ASCII`);
    return ia5String(value);
  }
  return utf8String(value);
}

/** @param der a Name, untrusted. @throws pki/malformed, pki/too-large */
export function parseName(der: Uint8Array): Name {
  return nameOf(readDer(der, "name", 64 * 1024));
}

/** @throws pki/malformed, pki/too-large */
export function nameOf(value: DerValue): Name {
  if (value.tag !== TAG.sequence) throw pkiError("malformed", "name: not a SEQUENCE");
  const parts = childrenOf(value, "name", MAX_PARTS).flatMap(rdnOf);
  return { der: value.bytes, text: textOf(parts), parts };
}

function rdnOf(rdn: DerValue): NamePart[] {
  if (rdn.tag !== TAG.set) throw pkiError("malformed", "name: RDN is not a SET");
  const members = childrenOf(rdn, "RDN", MAX_PARTS);
  if (members.length === 0) throw pkiError("malformed", "name: empty RDN");
  return members.map((member, index) => {
    const fields = fieldsOf(member, "name attribute");
    const type = readOid(fields.take(TAG.oid, "type"), "name attribute type");
    const value = fields.takeAny("value");
    fields.end();
    return {
      oid: type,
      attribute: SHORT_NAMES.get(type) ?? type,
      value: readText(value),
      startsRdn: index === 0,
      der: value.bytes,
    };
  });
}

/** RFC 4514 §2.1: RDNs in reverse, the members of one RDN joined by a plus sign. */
function textOf(parts: readonly NamePart[]): string {
  const rdns: string[] = [];
  for (const part of parts) {
    const text = `${part.attribute}=${part.value === null ? `#${toHex(part.der)}` : escaped(part.value)}`;
    if (part.startsRdn) rdns.unshift(text);
    else rdns[0] += `+${text}`;
  }
  return rdns.join(",");
}

// RFC 4514 §2.4; control, format (bidirectional) and unassigned characters too, so that a name shows what it
// is.
const escaped = (value: string): string =>
  /^[A-Za-z0-9](?:[A-Za-z0-9 .:-]*[A-Za-z0-9.])?$/.test(value) ? value : escapedParts(value);

const escapedParts = (value: string): string =>
  value
    .replace(/[\\",+;<>]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
      Buffer.from(character).toString("hex").replace(/../g, "\\$&"),
    );

/** The first value of an attribute, null when the name has none. */
export function namePart(name: Name, attribute: NameAttribute): string | null {
  return name.parts.find((part) => part.oid === ATTRIBUTES[attribute])?.value ?? null;
}

/** Every value of an attribute that is text. */
export const nameParts = (name: Name, attribute: NameAttribute): string[] =>
  name.parts.flatMap(({ oid, value }) => (oid === ATTRIBUTES[attribute] && value !== null ? [value] : []));

/**
 * Whether two names are the same: by bytes, or part by part with case and inner spaces set aside.
 *
 * @see RFC 5280 §7.1
 */
export function sameName(a: Name, b: Name): boolean {
  return equalBytes(a.der, b.der) || (a.parts.length === b.parts.length && startsWithName(a, b));
}

/** Whether `name` begins with all parts of `start`: lies within that subtree. @see RFC 5280 §4.2.1.10 */
export function startsWithName(name: Name, start: Name): boolean {
  return start.parts.every((part, index) => {
    const other = name.parts[index];
    return (
      other !== undefined &&
      other.oid === part.oid &&
      other.startsRdn === part.startsRdn &&
      (equalBytes(other.der, part.der) || (part.value !== null && folded(other.value) === folded(part.value)))
    );
  });
}

const folded = (value: string | null): string | null =>
  value === null ? null : value.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
