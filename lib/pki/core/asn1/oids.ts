/**
 * The arc under which this platform names its own things: 2.25 and a UUID (ITU-T X.667 §7), namely
 * 398696e8-ff78-48f9-9570-067119351507, drawn at random once for Whereof. It needs no registration and
 * belongs to no enterprise. Never change it: issued certificates carry it.
 */
export const WHEREOF_ARC = "2.25.76464824360222215934820905519768999175";

/**
 * What is assigned under `WHEREOF_ARC`: 1 policies, 2 extensions, 3 key purposes. Numbers are never reused.
 */
export const WHEREOF_OID = {
  /** 1.1: how the signer was authenticated; see `AUTHENTICATION_POLICIES`. */
  authenticationPolicies: `${WHEREOF_ARC}.1.1`,
  /** 1.2: time-stamps of the installation's own time-stamping authority (RFC 3161 §2.4.2, TSAPolicyId). */
  timestampPolicy: `${WHEREOF_ARC}.1.2`,
  /** 1.3: certificates of organizations that seal. */
  sealPolicy: `${WHEREOF_ARC}.1.3`,
  /** 1.4: issued in a workspace where things are tried out: what it signs binds nobody. */
  testPolicy: `${WHEREOF_ARC}.1.4`,
  /** 2.1: OCTET STRING, SHA-256 of the audit event that authorized the certificate. */
  authorizingEvent: `${WHEREOF_ARC}.2.1`,
  /** 3.1: signs checkpoints of the audit log. */
  logSigning: `${WHEREOF_ARC}.3.1`,
} as const;

export const OID = {
  // RFC 5652 §4–5, §11
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingTime: "1.2.840.113549.1.9.5",
  counterSignature: "1.2.840.113549.1.9.6",
  extensionRequest: "1.2.840.113549.1.9.14", // RFC 2985 §5.4.2
  algorithmProtection: "1.2.840.113549.1.9.52", // RFC 6211
  ocspRevocationInfo: "1.3.6.1.5.5.7.16.2", // RFC 5940
  // RFC 5035
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  // RFC 3161
  timestampInfo: "1.2.840.113549.1.9.16.1.4",
  signatureTimestamp: "1.2.840.113549.1.9.16.2.14",
  // RFC 6960
  ocspBasic: "1.3.6.1.5.5.7.48.1.1",
  ocspNonce: "1.3.6.1.5.5.7.48.1.2",
  ocspNoCheck: "1.3.6.1.5.5.7.48.1.5",
  ocspArchiveCutoff: "1.3.6.1.5.5.7.48.1.6",
  // RFC 5280 §4.2
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  privateKeyUsagePeriod: "2.5.29.16",
  subjectAlternativeName: "2.5.29.17",
  issuerAlternativeName: "2.5.29.18",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  anyPolicy: "2.5.29.32.0",
  policyMappings: "2.5.29.33",
  authorityKeyIdentifier: "2.5.29.35",
  policyConstraints: "2.5.29.36",
  extendedKeyUsage: "2.5.29.37",
  freshestCrl: "2.5.29.46",
  inhibitAnyPolicy: "2.5.29.54",
  noRevocationAvailable: "2.5.29.56", // RFC 9608
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  subjectInfoAccess: "1.3.6.1.5.5.7.1.11",
  qcStatements: "1.3.6.1.5.5.7.1.3",
  validityAssuredShortTerm: "0.4.0.194121.2.1", // EN 319 412-1 §5.2
  accessOcsp: "1.3.6.1.5.5.7.48.1",
  accessIssuers: "1.3.6.1.5.5.7.48.2",
  smtpUtf8Mailbox: "1.3.6.1.5.5.7.8.9", // RFC 9598
  // RFC 5280 §5.2–5.3
  crlNumber: "2.5.29.20",
  crlReason: "2.5.29.21",
  invalidityDate: "2.5.29.24",
  deltaCrlIndicator: "2.5.29.27",
  issuingDistributionPoint: "2.5.29.28",
  certificateIssuer: "2.5.29.29",
  expiredCertificatesOnCrl: "2.5.29.60", // X.509 §9.5.2.8
  // Extended key usages
  anyExtendedKeyUsage: "2.5.29.37.0",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  clientAuthentication: "1.3.6.1.5.5.7.3.2",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
  documentSigning: "1.3.6.1.5.5.7.3.36", // RFC 9336
  microsoftDocumentSigning: "1.3.6.1.4.1.311.10.3.12",
  adobeAuthenticDocuments: "1.2.840.113583.1.1.5",
} as const;
