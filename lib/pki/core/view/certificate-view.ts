import { sha1, sha256, toHex } from "#lib/bytes.ts";
import { algorithmName, schemeOf } from "#lib/pki/core/algorithms.ts";
import { type Name, sameName } from "#lib/pki/core/asn1/names.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import type { PublicKeyFacts } from "#lib/pki/core/public-key.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";
import { type ExtensionView, extensionViews, nameWords } from "#lib/pki/core/view/extension-words.ts";
import { type Headline, headlineOf, type Revocation } from "#lib/pki/core/view/headline.ts";
import { KEY_USAGE_WORDS, policyWords, purposeWords } from "#lib/pki/core/view/oid-words.ts";
import { viewFindings } from "#lib/pki/core/view/view-findings.ts";
import { visible } from "#lib/pki/core/view/visible.ts";

/** A certificate for people: plain data, every text of a stranger spelled out. Instants are ISO 8601, in UTC. */
export interface CertificateView {
  readonly headline: Headline;
  readonly findings: readonly Finding[];
  readonly version: number;
  readonly serialHex: string;
  readonly subject: readonly NameRow[];
  /** RFC 4514. */
  readonly subjectText: string;
  readonly alternativeNames: readonly string[];
  readonly issuer: readonly NameRow[];
  readonly issuerText: string;
  readonly validity: { readonly notBefore: string; readonly notAfter: string; readonly days: number };
  readonly key: KeyView;
  readonly signature: SignatureMade;
  readonly usages: readonly CodeWords[];
  /** By OID. */
  readonly purposes: readonly CodeWords[];
  readonly policies: readonly CodeWords[];
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
  /** Hexadecimal SHA-256 of the audit event that authorized it; null where it names none. */
  readonly authorizingEventSha256: string | null;
  readonly extensions: readonly ExtensionView[];
  readonly fingerprints: { readonly sha256: string; readonly sha1: string };
}

export interface NameRow {
  /** Short name, or the OID where there is none. */
  readonly attribute: string;
  readonly value: string;
}

export interface CodeWords {
  readonly code: string;
  readonly words: string;
}

export interface KeyView {
  /** `RSA 3072`, `P-256`. */
  readonly name: string;
  /** As many bits as a symmetric key that is as hard to guess; null when not known. @see NIST SP 800-57 1, table 2 */
  readonly strengthBits: number | null;
  readonly strength: "weak" | "enough" | "strong" | "unknown";
  /** Hexadecimal SHA-256 of SubjectPublicKeyInfo. */
  readonly spkiSha256: string;
  readonly keyId: string | null;
}

export interface SignatureMade {
  readonly algorithm: string;
  readonly oid: string;
  /** `unchecked`: its issuer is not at hand, or the algorithm not accepted. */
  readonly check: "holds" | "fails" | "unchecked";
}

export interface ViewRequest {
  readonly certificate: Certificate;
  /** Others that came with it: its issuer may be among them. */
  readonly heap: readonly Certificate[];
  /** The authorities of this installation. */
  readonly ours: readonly Certificate[];
  readonly at: Date;
  /** Null when nobody was asked. */
  readonly revocation: Revocation | null;
  /** It signed a document, or is meant to. */
  readonly isSigner: boolean;
}

/** Tells what a certificate says and what is wrong with it. Never throws for what it says. */
export function viewCertificate(request: ViewRequest): CertificateView {
  const { certificate } = request;
  const { subject, issuer, notBefore, notAfter, basicConstraints } = certificate;
  const signature = signatureMade(request);
  const isOurs = isOneOf(certificate, request.ours);
  const key = keyView(certificate);
  return {
    headline: headlineOf({ ...request, isOurs }),
    findings: viewFindings({ ...request, signature, strength: key.strength, isOurs }),
    version: certificate.version,
    serialHex: certificate.serialHex,
    subject: rowsOf(subject),
    subjectText: subject.text,
    alternativeNames: certificate.alternativeNames.map((name) => visible(nameWords(name))),
    issuer: rowsOf(issuer),
    issuerText: issuer.text,
    validity: {
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      days: Math.round((notAfter.getTime() - notBefore.getTime()) / 86_400_000),
    },
    key,
    signature,
    usages: (certificate.keyUsage ?? []).map((code) => ({ code, words: KEY_USAGE_WORDS[code] })),
    purposes: (certificate.extendedKeyUsage ?? []).map((code) => ({ code, words: purposeWords(code) })),
    policies: certificate.policies.map((code) => ({ code, words: policyWords(code) })),
    isAuthority: basicConstraints?.isAuthority ?? false,
    pathLength: basicConstraints?.pathLength ?? null,
    authorizingEventSha256: certificate.authorizingEventSha256,
    extensions: extensionViews(certificate),
    fingerprints: { sha256: certificate.sha256, sha1: toHex(sha1(certificate.der)) },
  };
}

/** Whether one of `authorities` issued it, which their names alone do not say, or it is one of them. */
const isOneOf = (certificate: Certificate, authorities: readonly Certificate[]): boolean =>
  authorities.some((one) => one.sha256 === certificate.sha256 || isIssuer(one, certificate));

const isIssuer = (authority: Certificate, certificate: Certificate): boolean =>
  sameName(authority.subject, certificate.issuer) && verifySigned(certificate, authority.publicKey).isValid;

function signatureMade({ certificate, heap, ours }: ViewRequest): SignatureMade {
  const { oid } = certificate.signatureAlgorithm;
  const scheme = schemeOf(certificate.signatureAlgorithm);
  const algorithm = scheme.kind === "unsupported" ? algorithmName(oid) : schemeWords(scheme);
  const issuers = [certificate, ...heap, ...ours].filter(({ subject }) =>
    sameName(subject, certificate.issuer),
  );
  const isUnchecked = scheme.kind === "unsupported" || issuers.length === 0;
  if (isUnchecked) return { algorithm, oid, check: "unchecked" };
  const holds = issuers.some(({ publicKey }) => verifySigned(certificate, publicKey).isValid);
  // Another authority may carry the same name: only what vouches for itself and does not is wrong for certain.
  return { algorithm, oid, check: holds ? "holds" : certificate.isSelfIssued ? "fails" : "unchecked" };
}

const SCHEMES = {
  rsa: "RSA",
  "rsa-pss": "RSA-PSS",
  ecdsa: "ECDSA",
  ed25519: "Ed25519",
  ed448: "Ed448",
} as const;

function schemeWords(scheme: Exclude<ReturnType<typeof schemeOf>, { kind: "unsupported" }>): string {
  const name = SCHEMES[scheme.kind];
  const digest = scheme.digest.toUpperCase().replace(/^SHA(\d)/, "SHA-$1");
  return name.startsWith("Ed") ? name : `${name} with ${digest}`;
}

function keyView({ key, publicKey, subjectKeyId }: Certificate): KeyView {
  const strengthBits = strengthOf(key);
  return {
    name: key.type === "rsa" ? `RSA ${key.sizeBits}` : key.name,
    strengthBits,
    strength:
      strengthBits === null
        ? "unknown"
        : strengthBits < 112
          ? "weak"
          : strengthBits < 128
            ? "enough"
            : "strong",
    spkiSha256: toHex(sha256(publicKey)),
    keyId: subjectKeyId,
  };
}

const RSA_STRENGTHS = [
  [15360, 256],
  [7680, 192],
  [3072, 128],
  [2048, 112],
  [1024, 80],
] as const;

function strengthOf({ type, sizeBits }: PublicKeyFacts): number | null {
  if (type === "unsupported") return null;
  if (type === "rsa") return RSA_STRENGTHS.find(([size]) => sizeBits >= size)?.[1] ?? 0;
  return type === "ed448" ? 224 : Math.min(256, sizeBits >> 1);
}

const rowsOf = ({ parts }: Name): NameRow[] =>
  parts.map(({ attribute, value, der }) => ({
    attribute,
    value: value === null ? `#${toHex(der)}` : visible(value),
  }));
