import { toHex } from "#lib/bytes.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { type GeneralName, generalNameOf, generalNamesOf } from "#lib/pki/core/asn1/general-names.ts";
import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  onlyChild,
  readBoolean,
  readDer,
  readNamedBits,
  readOctets,
  readOid,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import { KEY_USAGES, type KeyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** An Extension as read. */
export interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

/** What the extensions of a certificate say; null or empty where they are silent. @see RFC 5280 §4.2 */
export interface CertificateExtensions {
  /** All of them, in their order. */
  readonly extensions: readonly Extension[];
  readonly keyUsage: readonly KeyUsage[] | null;
  /** OIDs of purposes. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly isExtendedKeyUsageCritical: boolean;
  readonly basicConstraints: { readonly isAuthority: boolean; readonly pathLength: number | null } | null;
  /** Hexadecimal. */
  readonly subjectKeyId: string | null;
  /** Hexadecimal. */
  readonly authorityKeyId: string | null;
  readonly alternativeNames: readonly GeneralName[];
  /** OIDs. */
  readonly policies: readonly string[];
  readonly policyConstraints: PolicyConstraints | null;
  readonly hasPolicyMappings: boolean;
  /** Certificates after which anyPolicy no longer counts (RFC 5280 §4.2.1.14). */
  readonly inhibitAnyPolicy: number | null;
  readonly nameConstraints: NameConstraints | null;
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
  readonly crlUrls: readonly string[];
  /** id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1). */
  readonly hasOcspNoCheck: boolean;
  /** Its authority says that no status will ever be published: RFC 9608, or EN 319 412-1 §5.2. */
  readonly isWithoutRevocation: boolean;
  readonly privateKeyUsage: { readonly from: Date | null; readonly until: Date | null } | null;
  /** QCStatements, DER (EN 319 412-5). */
  readonly qcStatements: Uint8Array | null;
  /** Hexadecimal SHA-256 of the audit event that authorized the certificate: ours. */
  readonly authorizingEventSha256: string | null;
  /** OIDs of critical extensions that are not understood here: no path may use such a certificate. */
  readonly unknownCriticalExtensions: readonly string[];
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** Numbers of certificates after which the rule holds. @see RFC 5280 §4.2.1.11 */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null;
  readonly inhibitPolicyMapping: number | null;
}

const UNDERSTOOD: readonly string[] = [
  OID.subjectKeyIdentifier,
  OID.keyUsage,
  OID.privateKeyUsagePeriod,
  OID.subjectAlternativeName,
  OID.issuerAlternativeName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.crlDistributionPoints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.authorityKeyIdentifier,
  OID.policyConstraints,
  OID.extendedKeyUsage,
  OID.inhibitAnyPolicy,
  OID.noRevocationAvailable,
  OID.authorityInfoAccess,
  OID.subjectInfoAccess,
  OID.qcStatements,
  OID.validityAssuredShortTerm,
  OID.ocspNoCheck,
  WHEREOF_OID.authorizingEvent,
];

/**
 * @param list Extensions, or undefined when there are none.
 *
 * @throws pki/malformed, also for one given twice
 */
export function extensionsOf(list: DerValue | undefined, what: string): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  for (const member of list ? childrenOf(list, what, 100) : []) {
    const fields = fieldsOf(member, what);
    const id = readOid(fields.take(TAG.oid, "extension id"), what);
    const critical = fields.maybe(TAG.boolean);
    const value = readOctets(fields.takeAny("extension value"), what);
    fields.end();
    if (found.has(id)) throw pkiError("malformed", `${what}: extension ${id} twice`); // RFC 5280 §4.2
    found.set(id, { oid: id, isCritical: critical ? readBoolean(critical, what) : false, value });
  }
  return found;
}

/** @throws pki/malformed when an extension that is understood cannot be read */
export function readCertificateExtensions(list: DerValue | undefined): CertificateExtensions {
  const all = extensionsOf(list, "certificate extensions");
  const read = <Value>(id: string, reader: (value: DerValue, what: string) => Value): Value | null => {
    const found = all.get(id);
    return found
      ? reader(readDer(found.value, `extension ${id}`, found.value.length), `extension ${id}`)
      : null;
  };
  const access = read(OID.authorityInfoAccess, readAccess) ?? [];
  return {
    extensions: [...all.values()],
    keyUsage: read(OID.keyUsage, readKeyUsage),
    extendedKeyUsage: read(OID.extendedKeyUsage, (value, what) =>
      childrenOf(value, what, 100).map((purpose) => readOid(purpose, what)),
    ),
    isExtendedKeyUsageCritical: all.get(OID.extendedKeyUsage)?.isCritical ?? false,
    basicConstraints: read(OID.basicConstraints, readBasicConstraints),
    subjectKeyId: read(OID.subjectKeyIdentifier, (value, what) => toHex(readOctets(value, what))),
    authorityKeyId: read(OID.authorityKeyIdentifier, readAuthorityKeyId),
    alternativeNames: read(OID.subjectAlternativeName, generalNamesOf) ?? [],
    policies: read(OID.certificatePolicies, readPolicies) ?? [],
    policyConstraints: read(OID.policyConstraints, readPolicyConstraints),
    hasPolicyMappings: all.has(OID.policyMappings),
    inhibitAnyPolicy: read(OID.inhibitAnyPolicy, readSmallInteger),
    nameConstraints: read(OID.nameConstraints, readNameConstraints),
    ocspUrls: access.filter(({ method }) => method === OID.accessOcsp).map(({ url }) => url),
    issuerUrls: access.filter(({ method }) => method === OID.accessIssuers).map(({ url }) => url),
    crlUrls: read(OID.crlDistributionPoints, readDistributionPoints) ?? [],
    hasOcspNoCheck: all.has(OID.ocspNoCheck),
    isWithoutRevocation: all.has(OID.noRevocationAvailable) || all.has(OID.validityAssuredShortTerm),
    privateKeyUsage: read(OID.privateKeyUsagePeriod, readPrivateKeyUsage),
    qcStatements: all.get(OID.qcStatements)?.value ?? null,
    authorizingEventSha256: read(WHEREOF_OID.authorizingEvent, (value, what) =>
      toHex(readOctets(value, what)),
    ),
    unknownCriticalExtensions: [...all.values()]
      .filter((extension) => extension.isCritical && !UNDERSTOOD.includes(extension.oid))
      .map((extension) => extension.oid),
  };
}

const readKeyUsage = (value: DerValue, what: string): KeyUsage[] =>
  readNamedBits(value, what).flatMap((bit) => KEY_USAGES[bit] ?? []);

function readBasicConstraints(value: DerValue, what: string) {
  const fields = fieldsOf(value, what);
  const authority = fields.maybe(TAG.boolean);
  const pathLength = fields.maybe(TAG.integer);
  fields.end();
  return {
    isAuthority: authority ? readBoolean(authority, what) : false,
    pathLength: pathLength ? readSmallInteger(pathLength, what) : null,
  };
}

/** Hexadecimal keyIdentifier, null when it names the issuer otherwise. @see RFC 5280 §4.2.1.1 */
export function readAuthorityKeyId(value: DerValue, what: string): string | null {
  const keyId = fieldsOf(value, what).maybe(0x80);
  return keyId ? toHex(keyId.content) : null;
}

const readPolicies = (value: DerValue, what: string): string[] =>
  childrenOf(value, what, 100).map((policy) => readOid(fieldsOf(policy, what).take(TAG.oid, "policy"), what));

function readPolicyConstraints(value: DerValue, what: string): PolicyConstraints {
  const fields = fieldsOf(value, what);
  const [explicit, mapping] = [fields.maybe(0x80), fields.maybe(0x81)];
  fields.end();
  return {
    requireExplicitPolicy: explicit ? readSmallInteger(explicit, what, 0x80) : null,
    inhibitPolicyMapping: mapping ? readSmallInteger(mapping, what, 0x81) : null,
  };
}

function readNameConstraints(value: DerValue, what: string): NameConstraints {
  const fields = fieldsOf(value, what);
  const [permitted, excluded] = [fields.maybe(0xa0), fields.maybe(0xa1)];
  fields.end();
  return { permitted: subtreesOf(permitted, what), excluded: subtreesOf(excluded, what) };
}

// RFC 5280 §4.2.1.10: minimum is always zero and maximum absent, so only the base is read.
const subtreesOf = (value: DerValue | undefined, what: string): GeneralName[] =>
  (value ? childrenOf(value, what) : []).map((subtree) => {
    const [base, ...bounds] = childrenOf(subtree, what);
    if (!base || bounds.length > 0) throw pkiError("malformed", `${what}: bad subtree`);
    return generalNameOf(base, what);
  });

function readAccess(value: DerValue, what: string): { method: string; url: string }[] {
  return childrenOf(value, what, 100).flatMap((description) => {
    const fields = fieldsOf(description, what);
    const method = readOid(fields.take(TAG.oid, "access method"), what);
    const location = generalNameOf(fields.takeAny("access location"), what);
    return location.kind === "uri" ? [{ method, url: location.value }] : [];
  });
}

function readDistributionPoints(value: DerValue, what: string): string[] {
  return childrenOf(value, what, 100).flatMap((point) => {
    const name = fieldsOf(point, what).maybe(0xa0);
    const full = name && onlyChild(name, what);
    if (full?.tag !== 0xa0) return [];
    return generalNamesOf(full, what).flatMap(({ kind, value }) => (kind === "uri" ? [value] : []));
  });
}

function readPrivateKeyUsage(value: DerValue, what: string) {
  const fields = fieldsOf(value, what);
  const [from, until] = [fields.maybe(0x80), fields.maybe(0x81)];
  fields.end();
  const timeOf = (field: DerValue | undefined) =>
    field ? readTime({ ...field, tag: TAG.generalizedTime }, what) : null;
  return { from: timeOf(from), until: timeOf(until) };
}
