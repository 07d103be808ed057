import { toHex } from "#lib/bytes.ts";
import type { GeneralName } from "#lib/pki/core/asn1/general-names.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { AUTHENTICATION_POLICIES, after, type Profile } from "#lib/pki/core/certificates/profiles.ts";
import { isKeyOf } from "#lib/pki/core/public-key.ts";

type Rule = (profile: Profile, certificate: Certificate, issuer: Certificate | null) => string | false;

const sameList = (a: readonly string[], b: readonly string[]) => a.toSorted().join() === b.toSorted().join();

const RULES: readonly Rule[] = [
  ({ keyAlgorithms }, { publicKey, key }) =>
    !keyAlgorithms.some((algorithm) => isKeyOf(publicKey, algorithm)) && `key is ${key.name} ${key.sizeBits}`,
  ({ life }, { notBefore, notAfter }) =>
    !(notBefore < notAfter && notAfter < after(notBefore, life)) &&
    `validity ${notBefore.toISOString()} to ${notAfter.toISOString()}`,
  ({ keyUsage }, certificate) =>
    !sameList(certificate.keyUsage ?? [], keyUsage) && `key usage ${certificate.keyUsage?.join(", ")}`,
  ({ extendedKeyUsage, isExtendedKeyUsageCritical }, certificate) =>
    (!sameList(certificate.extendedKeyUsage ?? [], extendedKeyUsage) ||
      certificate.isExtendedKeyUsageCritical !== isExtendedKeyUsageCritical) &&
    `extended key usage ${certificate.extendedKeyUsage?.join(", ")}`,
  ({ authority }, { basicConstraints }) =>
    ((authority !== null) !== basicConstraints?.isAuthority ||
      (authority?.pathLength ?? null) !== (basicConstraints?.pathLength ?? null)) &&
    "basic constraints",
  ({ subject }, certificate) =>
    !isSubjectAllowed(subject, certificate) && `subject ${certificate.subject.text}`,
  ({ pointers }, certificate) => !arePointersAllowed(pointers, certificate) && "addresses of status",
  ({ name, policies }, certificate) =>
    !arePoliciesAllowed(policies, withoutTest(name, certificate.policies)) &&
    `policies ${certificate.policies.join(", ")}`,
  ({ needsEmail }, { alternativeNames }) =>
    !(needsEmail
      ? alternativeNames.length === 1 && isMailboxOrTelephone(alternativeNames[0]!)
      : alternativeNames.length === 0) && "alternative names",
  ({ needsAuthorizingEvent }, { authorizingEventSha256 }) =>
    (needsAuthorizingEvent ? authorizingEventSha256?.length !== 64 : authorizingEventSha256 !== null) &&
    `authorizing event (${WHEREOF_OID.authorizingEvent})`,
  ({ hasOcspNoCheck }, certificate) => certificate.hasOcspNoCheck !== hasOcspNoCheck && "ocsp-nocheck",
  ({ keyLife }, { notBefore, privateKeyUsage }) =>
    (keyLife === null
      ? privateKeyUsage !== null
      : privateKeyUsage?.from?.getTime() !== notBefore.getTime() ||
        !(privateKeyUsage.until && privateKeyUsage.until <= after(notBefore, keyLife))) &&
    "private key usage period",
  // RFC 5280 §4.1.2.2: at most 20 octets; ours carry more than the 64 random bits the CA/Browser Forum asks
  // for.
  (_, { serialHex }) => (serialHex.length < 18 || serialHex.length > 40) && `serial ${serialHex}`,
  (_, { unknownCriticalExtensions: [unknown] }) => unknown !== undefined && `critical extension ${unknown}`,
  (_, { subjectKeyId }) => subjectKeyId === null && "no subject key identifier",
  ({ issuedBy }, certificate, issuer) =>
    !isIssuerAllowed(issuedBy, certificate, issuer) && "issuer is of the wrong kind",
  (_, certificate, issuer) =>
    issuer !== null && !fitsIssuer(certificate, issuer) && "does not fit its issuer",
];

/**
 * Says where a certificate breaks its profile, before anything is signed.
 *
 * @param certificate the very bytes that would be signed, read back. @param issuer null for a root.
 * @returns one sentence for each broken rule; empty when it may be signed.
 */
export const checkProfile = (
  profile: Profile,
  certificate: Certificate,
  issuer: Certificate | null,
): string[] => RULES.map((rule) => rule(profile, certificate, issuer)).filter((problem) => problem !== false);

function isSubjectAllowed({ required, optional }: Profile["subject"], { subject }: Certificate): boolean {
  const given = subject.parts.map(({ attribute }) => attribute);
  const allowed: readonly string[] = [...required, ...optional];
  return (
    required.every((attribute) => given.includes(attribute)) &&
    given.every((attribute, index) => allowed.includes(attribute) && given.indexOf(attribute) === index)
  );
}

function arePointersAllowed(
  pointers: Profile["pointers"],
  { ocspUrls, issuerUrls, crlUrls }: Certificate,
): boolean {
  if (pointers === "none") return ocspUrls.length + issuerUrls.length + crlUrls.length === 0;
  return crlUrls.length > 0 && (pointers === "crl" || (ocspUrls.length > 0 && issuerUrls.length > 0));
}

/** Whom we certify may be certified for a test; our authorities are always real. */
const withoutTest = (name: Profile["name"], policies: readonly string[]): readonly string[] =>
  name === "signer" || name === "seal"
    ? policies.filter((policy) => policy !== WHEREOF_OID.testPolicy)
    : policies;

function arePoliciesAllowed(allowed: Profile["policies"], given: readonly string[]): boolean {
  if (allowed !== "authentication") return sameList(given, allowed);
  const methods: readonly string[] = Object.values(AUTHENTICATION_POLICIES);
  return given.length > 0 && given.every((policy) => methods.includes(policy));
}

function isIssuerAllowed(
  issuedBy: Profile["issuedBy"],
  certificate: Certificate,
  issuer: Certificate | null,
): boolean {
  if (issuer === null) return issuedBy === "itself" && certificate.isSelfIssued;
  const isAuthority = issuer.basicConstraints?.isAuthority && issuer.keyUsage?.includes("keyCertSign");
  if (!isAuthority || issuedBy === "itself" || certificate.isSelfIssued) return false;
  return issuedBy === "any-authority" || issuer.isSelfIssued === (issuedBy === "root");
}

function fitsIssuer(certificate: Certificate, issuer: Certificate): boolean {
  const limit = issuer.basicConstraints?.pathLength ?? null;
  return (
    toHex(certificate.issuer.der) === toHex(issuer.subject.der) &&
    certificate.authorityKeyId === issuer.subjectKeyId &&
    certificate.notBefore >= issuer.notBefore &&
    certificate.notAfter <= issuer.notAfter &&
    !(certificate.basicConstraints?.isAuthority && limit === 0)
  );
}

/** Where a person was reached. @see RFC 3966 (tel) */
const isMailboxOrTelephone = ({ kind, value }: GeneralName): boolean =>
  kind === "email" || (kind === "uri" && /^tel:\+[1-9]\d{6,14}$/.test(value));
