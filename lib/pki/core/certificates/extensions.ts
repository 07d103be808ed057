import {
  boolean,
  generalizedTime,
  integer,
  namedBits,
  nullValue,
  octetString,
  oid,
  primitiveContext,
  retagged,
  sequence,
  sequenceOf,
  TAG,
  tagged,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { type DerTree, sequenceTree, treeOf } from "#lib/pki/core/asn1/der-tree.ts";
import { encodeUri } from "#lib/pki/core/asn1/general-names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";

/** In the order of their bits. @see RFC 5280 §4.2.1.3 */
export const KEY_USAGES = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "crlSign",
  "encipherOnly",
  "decipherOnly",
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

/** An Extension. @param valueDer what the OCTET STRING holds. @see RFC 5280 §4.1 */
export const extension = (id: string, isCritical: boolean, valueDer: Uint8Array): Uint8Array =>
  sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octetString(valueDer));

/** One that is not critical, as part of something larger. @param value what the OCTET STRING holds. */
export const extensionTree = (id: string, value: DerTree | Uint8Array): DerTree =>
  sequenceTree(oid(id), treeOf(TAG.octetString, value));

/** @param authority null for an end entity. @see RFC 5280 §4.2.1.9 */
export function basicConstraints(authority: { readonly pathLength: number | null } | null): Uint8Array {
  const pathLength = authority?.pathLength ?? null;
  const fields = authority ? [boolean(true), ...(pathLength === null ? [] : [integer(pathLength)])] : [];
  return extension(OID.basicConstraints, true, sequence(...fields));
}

export const keyUsage = (usages: readonly KeyUsage[]): Uint8Array =>
  extension(OID.keyUsage, true, namedBits(usages.map((usage) => KEY_USAGES.indexOf(usage))));

export const extendedKeyUsage = (purposes: readonly string[], isCritical: boolean): Uint8Array =>
  extension(OID.extendedKeyUsage, isCritical, sequenceOf(purposes.map(oid)));

/** @param keyId SHA-1 of the public key's octets. @see RFC 5280 §4.2.1.2 */
export const subjectKeyIdentifier = (keyId: Uint8Array): Uint8Array =>
  extension(OID.subjectKeyIdentifier, false, octetString(keyId));

/** @param keyId the issuer's subject key identifier. @see RFC 5280 §4.2.1.1 */
export const authorityKeyIdentifier = (keyId: Uint8Array): Uint8Array =>
  extension(OID.authorityKeyIdentifier, false, sequence(tlv(primitiveContext(0), keyId)));

/** @param names GeneralNames already encoded. @see RFC 5280 §4.2.1.6 */
export const subjectAlternativeName = (names: readonly Uint8Array[]): Uint8Array =>
  extension(OID.subjectAlternativeName, false, sequenceOf(names));

export const certificatePolicies = (policies: readonly string[]): Uint8Array =>
  extension(OID.certificatePolicies, false, sequenceOf(policies.map((policy) => sequence(oid(policy)))));

/** @see RFC 5280 §4.2.2.1 */
export function authorityInfoAccess(urls: { ocsp: string | null; issuer: string | null }): Uint8Array {
  const access = (method: string, url: string | null) => (url ? [sequence(oid(method), encodeUri(url))] : []);
  const descriptions = [...access(OID.accessOcsp, urls.ocsp), ...access(OID.accessIssuers, urls.issuer)];
  return extension(OID.authorityInfoAccess, false, sequenceOf(descriptions));
}

/** @see RFC 5280 §4.2.1.13 */
export const crlDistributionPoint = (url: string): Uint8Array =>
  extension(OID.crlDistributionPoints, false, sequence(sequence(tagged(0, tagged(0, encodeUri(url))))));

/** When the key may sign, which ends before its signatures stop being verified. @see RFC 3280 §4.2.1.4 */
export const privateKeyUsagePeriod = (from: Date, until: Date): Uint8Array =>
  extension(
    OID.privateKeyUsagePeriod,
    false,
    sequence(
      retagged(primitiveContext(0), generalizedTime(from)),
      retagged(primitiveContext(1), generalizedTime(until)),
    ),
  );

/** The responder's own certificate needs no status. @see RFC 6960 §4.2.2.2.1 */
export const ocspNoCheck = (): Uint8Array => extension(OID.ocspNoCheck, false, nullValue());
