import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import type { KeyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";

/** What a key may be used for, as people say it. @see RFC 5280 §4.2.1.3 */
export const KEY_USAGE_WORDS: Readonly<Record<KeyUsage, string>> = {
  digitalSignature: "make digital signatures",
  contentCommitment: "sign documents with commitment to their content",
  keyEncipherment: "encrypt keys",
  dataEncipherment: "encrypt data",
  keyAgreement: "agree on keys",
  keyCertSign: "issue certificates",
  crlSign: "sign revocation lists",
  encipherOnly: "only encrypt when agreeing on keys",
  decipherOnly: "only decrypt when agreeing on keys",
};

const PURPOSES: Readonly<Record<string, string>> = {
  [OID.anyExtendedKeyUsage]: "any purpose",
  [OID.serverAuthentication]: "web servers (TLS)",
  [OID.clientAuthentication]: "signing in to servers (TLS)",
  "1.3.6.1.5.5.7.3.3": "signing programs",
  [OID.emailProtection]: "protecting mail",
  [OID.timeStamping]: "time-stamping",
  [OID.ocspSigning]: "answering about revocation (OCSP)",
  [OID.documentSigning]: "signing documents",
  [OID.microsoftDocumentSigning]: "signing documents (Microsoft)",
  [OID.adobeAuthenticDocuments]: "signing documents (Adobe)",
  "1.3.6.1.4.1.311.20.2.2": "smart-card sign-in (Microsoft)",
  [WHEREOF_OID.logSigning]: "signing checkpoints of the audit log",
};

const AUTHENTICATION_WORDS: Readonly<Record<keyof typeof AUTHENTICATION_POLICIES, string>> = {
  link: "by a link sent to their address",
  "email-code": "by a code sent by mail",
  "sms-code": "by a code sent by SMS",
  "access-code": "by a code the sender gave them",
  password: "by a password",
  passkey: "by a passkey",
  sso: "by their organization's sign-on",
  "identity-document": "by an identity document",
  "in-person": "in person",
  "asserted-by-client": "by the system that asked for the signature",
  authenticator: "by a code of their authenticator app",
  "hosted-link": "by a link the sender gave them",
};

const POLICIES = new Map<string, string>([
  [OID.anyPolicy, "any policy"],
  [WHEREOF_OID.timestampPolicy, "time-stamps of a Whereof installation"],
  [WHEREOF_OID.testPolicy, "TEST: issued for trying out, binds nobody"],
  [WHEREOF_OID.sealPolicy, "seal of an organization in Whereof"],
  ...Object.entries(AUTHENTICATION_POLICIES).map(
    ([method, policy]) =>
      [policy, `the signer was identified ${AUTHENTICATION_WORDS[method as "link"]}`] as const,
  ),
  ["2.23.140.1.2.1", "domain validated (CA/Browser Forum)"],
  ["2.23.140.1.2.2", "organization validated (CA/Browser Forum)"],
  ["2.23.140.1.2.3", "individual validated (CA/Browser Forum)"],
  ["2.23.140.1.1", "extended validation (CA/Browser Forum)"],
  ["0.4.0.2042.1.1", "normalized certificate policy (EN 319 411-1)"],
  ["0.4.0.2042.1.2", "normalized certificate policy with a secure device (EN 319 411-1)"],
  ["0.4.0.2042.1.3", "lightweight certificate policy (EN 319 411-1)"],
  ["0.4.0.194112.1.0", "qualified, natural person (EN 319 411-2)"],
  ["0.4.0.194112.1.1", "qualified, legal person (EN 319 411-2)"],
  ["0.4.0.194112.1.2", "qualified, natural person, key in a qualified device (EN 319 411-2)"],
  ["0.4.0.194112.1.3", "qualified, legal person, key in a qualified device (EN 319 411-2)"],
]);

const EXTENSIONS: Readonly<Record<string, string>> = {
  [OID.subjectKeyIdentifier]: "Identifier of the key",
  [OID.keyUsage]: "What the key may do",
  [OID.privateKeyUsagePeriod]: "When the private key may be used",
  [OID.subjectAlternativeName]: "Other names of the subject",
  [OID.issuerAlternativeName]: "Other names of the issuer",
  [OID.basicConstraints]: "Authority or not",
  [OID.nameConstraints]: "Names the authority may issue for",
  [OID.crlDistributionPoints]: "Where the revocation list is",
  [OID.certificatePolicies]: "Policies",
  [OID.policyMappings]: "Policies that count as equal",
  [OID.authorityKeyIdentifier]: "Identifier of the issuer's key",
  [OID.policyConstraints]: "Rules for policies",
  [OID.extendedKeyUsage]: "Purposes",
  [OID.freshestCrl]: "Where changes to the revocation list are",
  [OID.inhibitAnyPolicy]: "When “any policy” ends",
  [OID.noRevocationAvailable]: "No revocation is published",
  [OID.authorityInfoAccess]: "Where the issuer and its answers are",
  [OID.subjectInfoAccess]: "Where the subject's services are",
  [OID.qcStatements]: "Statements of a qualified certificate",
  [OID.validityAssuredShortTerm]: "Short life in place of revocation",
  [OID.ocspNoCheck]: "The responder needs no status of its own",
  "1.3.6.1.4.1.11129.2.4.2": "Certificate transparency time-stamps",
  "1.3.6.1.4.1.11129.2.4.3": "Certificate transparency pre-certificate",
  "2.16.840.1.113730.1.1": "Netscape certificate type",
  "2.16.840.1.113730.1.13": "Netscape comment",
  "1.2.840.113583.1.1.9.1": "Adobe time-stamp address",
  "1.2.840.113583.1.1.9.2": "Adobe archive of revocation",
  "1.3.6.1.4.1.311.20.2": "Microsoft certificate template",
  "1.3.6.1.4.1.311.21.7": "Microsoft certificate template, version 2",
  [WHEREOF_OID.authorizingEvent]: "Audit event that authorized it (Whereof)",
};

/** @see EN 319 412-5 §4, ETSI TS 119 495 */
export const QC_STATEMENT_WORDS: Readonly<Record<string, string>> = {
  "0.4.0.1862.1.1": "It is a qualified certificate of the European Union, says its issuer.",
  "0.4.0.1862.1.2": "It limits the value of transactions.",
  "0.4.0.1862.1.3": "Its records are kept for a stated number of years.",
  "0.4.0.1862.1.4": "The key lies in a qualified device, says its issuer.",
  "0.4.0.1862.1.5": "It names documents of its issuer.",
  "0.4.0.1862.1.6": "It names its type: signature, seal or web site.",
  "1.3.6.1.5.5.7.11.1": "It states how its names are to be read (RFC 3739).",
  "1.3.6.1.5.5.7.11.2": "It states how its names are to be read (RFC 3739).",
};

export const purposeWords = (id: string): string => PURPOSES[id] ?? "a purpose not known here";
export const policyWords = (id: string): string => POLICIES.get(id) ?? "a policy of its issuer";
export const extensionName = (id: string): string => EXTENSIONS[id] ?? "Not known here";
