import { toHex } from "#lib/bytes.ts";
import {
  ia5String,
  oid,
  primitiveContext,
  retagged,
  TAG,
  tagged,
  utf8String,
} from "#lib/pki/core/asn1/der.ts";
import { mailboxOf } from "#lib/pki/core/asn1/mailbox.ts";
import { type Name, nameOf } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { childrenOf, type DerValue, onlyChild, readOid, readText } from "#lib/pki/core/asn1/read-der.ts";
import { pkiError } from "#lib/pki/errors.ts";

export type GeneralNameKind = "email" | "dns" | "uri" | "directory" | "ip" | "other";

/** One GeneralName as read. @see RFC 5280 §4.2.1.6 */
export interface GeneralName {
  readonly kind: GeneralNameKind;
  /** Text; an IP address (with its mask, in constraints) as hexadecimal octets; the OID of other forms. */
  readonly value: string;
  /** Only of kind `directory`. */
  readonly name: Name | null;
  readonly der: Uint8Array;
}

const RFC822_NAME = primitiveContext(1);
const DNS_NAME = primitiveContext(2);
const DIRECTORY_NAME = 0xa4;
const URI = primitiveContext(6);
const IP_ADDRESS = primitiveContext(7);

/** `[6]`. @param url an absolute URL in ASCII. @throws pki/name-unfit */
export function encodeUri(url: string): Uint8Array {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url))
    throw pkiError("name-unfit", "not an absolute http URL in ASCII");
  return retagged(URI, ia5String(url));
}

/** A telephone as a `tel:` URI (RFC 3966). @param number E.164: `+15125550117`. @throws pki/name-unfit */
export function encodeTelephone(number: string): Uint8Array {
  if (!/^\+[1-9]\d{6,14}$/.test(number)) throw pkiError("name-unfit", "not a telephone number");
  return retagged(URI, ia5String(`tel:${number}`));
}

/** `[4] EXPLICIT`. @param nameDer a Name, DER. */
export const encodeDirectoryName = (nameDer: Uint8Array): Uint8Array => tagged(4, nameDer);

/**
 * A mail address: rfc822Name, or SmtpUTF8Mailbox when its local part needs more than ASCII. The domain is
 * written in ASCII either way (RFC 9598 §3).
 *
 * @param address `local@domain`, at most 254 octets. @throws pki/name-unfit when it is no address
 */
export function encodeEmail(address: string): Uint8Array {
  const found = mailboxOf(address);
  if (!found) throw pkiError("name-unfit", "not a mail address");
  const { local, domain } = found;
  const mailbox = `${local}@${domain}`;
  if (/^[\x21-\x7e]+$/.test(local)) return retagged(RFC822_NAME, ia5String(mailbox));
  return tagged(0, oid(OID.smtpUtf8Mailbox), tagged(0, utf8String(mailbox.normalize("NFC"))));
}

/** @param value GeneralNames, a SEQUENCE or implicitly tagged. @throws pki/malformed, pki/too-large */
export function generalNamesOf(value: DerValue, what: string): GeneralName[] {
  return childrenOf(value, what).map((child) => generalNameOf(child, what));
}

/** @throws pki/malformed */
export function generalNameOf(value: DerValue, what: string): GeneralName {
  const ascii = (kind: GeneralNameKind): GeneralName => ({
    kind,
    value: asciiOf(value, what),
    name: null,
    der: value.bytes,
  });
  switch (value.tag) {
    case RFC822_NAME:
      return ascii("email");
    case DNS_NAME:
      return ascii("dns");
    case URI:
      return ascii("uri");
    case IP_ADDRESS:
      return { kind: "ip", value: toHex(value.content), name: null, der: value.bytes };
    case DIRECTORY_NAME: {
      const name = nameOf(onlyChild(value, what));
      return { kind: "directory", value: name.text, name, der: value.bytes };
    }
    case 0xa0:
      return otherNameOf(value, what);
    default:
      if ((value.tag & 0xc0) !== 0x80 || (value.tag & 0x1f) > 8)
        throw pkiError("malformed", `${what}: not a GeneralName`);
      return { kind: "other", value: `[${value.tag & 0x1f}]`, name: null, der: value.bytes };
  }
}

function asciiOf(value: DerValue, what: string): string {
  const text = readText({ ...value, tag: TAG.ia5String }) ?? "";
  if (!/^[\x00-\x7f]*$/.test(text)) throw pkiError("malformed", `${what}: not ASCII`);
  return text;
}

function otherNameOf(value: DerValue, what: string): GeneralName {
  const [type, wrapped] = childrenOf(value, what);
  if (!type || wrapped?.tag !== 0xa0) throw pkiError("malformed", `${what}: bad otherName`);
  const id = readOid(type, what);
  const text = id === OID.smtpUtf8Mailbox ? readText(onlyChild(wrapped, what)) : null;
  const shared = { name: null, der: value.bytes };
  return text === null ? { kind: "other", value: id, ...shared } : { kind: "email", value: text, ...shared };
}
