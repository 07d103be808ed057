import type { NameAttribute } from "#lib/pki/core/asn1/names.ts";
import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import type { KeyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

export type ProfileName = "root" | "cross" | "issuing" | "tsa" | "ocsp" | "signer" | "seal" | "log";

/** What one kind of certificate may be: nothing outside its profile is ever signed. */
export interface Profile {
  readonly name: ProfileName;
  readonly issuedBy: "itself" | "root" | "issuing" | "any-authority";
  readonly keyAlgorithms: readonly KeyAlgorithm[];
  /** The longest life, from notBefore. */
  readonly life: Duration;
  /** Null for an end entity. */
  readonly authority: { readonly pathLength: number | null } | null;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly string[];
  readonly isExtendedKeyUsageCritical: boolean;
  readonly subject: {
    readonly required: readonly NameAttribute[];
    readonly optional: readonly NameAttribute[];
  };
  /** Which addresses of status the certificate names: none, at least a CRL, or OCSP, issuer and CRL. */
  readonly pointers: "none" | "crl" | "all";
  /** Policies it carries as they stand, or some of `AUTHENTICATION_POLICIES`. */
  readonly policies: readonly string[] | "authentication";
  readonly needsEmail: boolean;
  readonly needsAuthorizingEvent: boolean;
  readonly hasOcspNoCheck: boolean;
  /** How long the key may sign; null for as long as the certificate lives. */
  readonly keyLife: Duration | null;
}

export interface Duration {
  readonly unit: "years" | "days" | "hours";
  readonly count: number;
}

/**
 * How a signer was authenticated, as a certificate policy each (RFC 5280 §4.2.1.4). Numbers are never reused.
 */
export const AUTHENTICATION_POLICIES = {
  link: `${WHEREOF_OID.authenticationPolicies}.1`,
  "email-code": `${WHEREOF_OID.authenticationPolicies}.2`,
  "sms-code": `${WHEREOF_OID.authenticationPolicies}.3`,
  "access-code": `${WHEREOF_OID.authenticationPolicies}.4`,
  password: `${WHEREOF_OID.authenticationPolicies}.5`,
  passkey: `${WHEREOF_OID.authenticationPolicies}.6`,
  sso: `${WHEREOF_OID.authenticationPolicies}.7`,
  "identity-document": `${WHEREOF_OID.authenticationPolicies}.8`,
  "in-person": `${WHEREOF_OID.authenticationPolicies}.9`,
  "asserted-by-client": `${WHEREOF_OID.authenticationPolicies}.10`,
  authenticator: `${WHEREOF_OID.authenticationPolicies}.11`,
  "hosted-link": `${WHEREOF_OID.authenticationPolicies}.12`,
} as const;

export type AuthenticationMethod = keyof typeof AUTHENTICATION_POLICIES;

/** Who has a link, or whom a host or a program names, has shown nothing by it. */
const SHOW_NOBODY = new Set(["link", "hosted-link", "in-person", "asserted-by-client"]);

/** Whether a signer showed more than that the link reached them. @param policies of their certificate. */
export const isIdentityVerified = (policies: readonly string[]): boolean =>
  Object.entries(AUTHENTICATION_POLICIES).some(
    ([method, policy]) => !SHOW_NOBODY.has(method) && policies.includes(policy),
  );

/** How a signer came whose certificate shows nothing beside. @param policies of their certificate. */
export function wayIn(policies: readonly string[]): "in-person" | "hosted-link" | "link" {
  const ways = ["in-person", "hosted-link"] as const;
  return ways.find((way) => policies.includes(AUTHENTICATION_POLICIES[way])) ?? "link";
}

const years = (count: number): Duration => ({ unit: "years", count });
const P384: readonly KeyAlgorithm[] = ["ecdsa-p384-sha384"];
const P256_OR_P384: readonly KeyAlgorithm[] = ["ecdsa-p256-sha256", "ecdsa-p384-sha384"];
const SERVICE_NAME = { required: ["O", "CN"], optional: ["C", "OU", "organizationIdentifier"] } as const;
const SIGNING_PURPOSES = [OID.documentSigning, OID.emailProtection];

const AUTHORITY = {
  keyAlgorithms: P384,
  keyUsage: ["keyCertSign", "crlSign"],
  extendedKeyUsage: [],
  isExtendedKeyUsageCritical: false,
  subject: SERVICE_NAME,
  needsEmail: false,
  needsAuthorizingEvent: false,
  hasOcspNoCheck: false,
  keyLife: null,
} as const;

const END_ENTITY = {
  authority: null,
  isExtendedKeyUsageCritical: false,
  subject: SERVICE_NAME,
  needsEmail: false,
  needsAuthorizingEvent: false,
  hasOcspNoCheck: false,
  keyLife: null,
} as const;

export const PROFILES: Record<ProfileName, Profile> = {
  root: {
    ...AUTHORITY,
    name: "root",
    issuedBy: "itself",
    life: years(20),
    authority: { pathLength: null },
    pointers: "none",
    policies: [],
  },
  // A root's key, vouched for by another root of ours, for whoever only knows that one.
  cross: {
    ...AUTHORITY,
    name: "cross",
    issuedBy: "root",
    life: years(20),
    authority: { pathLength: 1 },
    pointers: "crl",
    policies: [OID.anyPolicy],
  },
  issuing: {
    ...AUTHORITY,
    name: "issuing",
    issuedBy: "root",
    keyAlgorithms: P256_OR_P384,
    life: years(5),
    authority: { pathLength: 0 },
    pointers: "crl",
    policies: [OID.anyPolicy],
  },
  tsa: {
    ...END_ENTITY,
    name: "tsa",
    issuedBy: "root",
    keyAlgorithms: P256_OR_P384,
    life: years(5),
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: [OID.timeStamping],
    isExtendedKeyUsageCritical: true, // RFC 3161 §2.3
    pointers: "crl",
    policies: [],
    keyLife: years(1),
  },
  ocsp: {
    ...END_ENTITY,
    name: "ocsp",
    issuedBy: "any-authority",
    keyAlgorithms: P256_OR_P384,
    life: { unit: "days", count: 90 },
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: [OID.ocspSigning],
    pointers: "none",
    policies: [],
    hasOcspNoCheck: true,
  },
  signer: {
    ...END_ENTITY,
    name: "signer",
    issuedBy: "issuing",
    keyAlgorithms: ["ecdsa-p256-sha256"],
    life: { unit: "hours", count: 24 },
    keyUsage: ["contentCommitment"],
    extendedKeyUsage: SIGNING_PURPOSES,
    // The organization stands in the issuer and is not claimed for the person.
    subject: { required: ["serialNumber", "CN"], optional: [] },
    pointers: "all",
    policies: "authentication",
    needsEmail: true,
    needsAuthorizingEvent: true,
  },
  seal: {
    ...END_ENTITY,
    name: "seal",
    issuedBy: "issuing",
    keyAlgorithms: KEY_ALGORITHMS,
    life: years(3),
    keyUsage: ["contentCommitment"],
    extendedKeyUsage: SIGNING_PURPOSES,
    pointers: "all",
    policies: [WHEREOF_OID.sealPolicy],
  },
  log: {
    ...END_ENTITY,
    name: "log",
    issuedBy: "issuing",
    keyAlgorithms: ["ecdsa-p256-sha256"],
    life: years(2),
    keyUsage: ["digitalSignature"],
    extendedKeyUsage: [WHEREOF_OID.logSigning],
    pointers: "crl",
    policies: [],
  },
};

/** The instant `duration` after `from`, by the calendar in UTC. */
export function after(from: Date, { unit, count }: Duration): Date {
  const end = new Date(from);
  if (unit === "years") end.setUTCFullYear(end.getUTCFullYear() + count);
  else if (unit === "days") end.setUTCDate(end.getUTCDate() + count);
  else end.setUTCHours(end.getUTCHours() + count);
  return end;
}
