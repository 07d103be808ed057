import { equalBytes } from "#lib/bytes.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { buildChain, type Chain } from "#lib/pki/core/credentials/build-chain.ts";
import { type Finding, failure, warning } from "#lib/pki/core/findings.ts";
import type { PemBundle } from "#lib/pki/core/pem/read-bundle.ts";
import type { Pkcs12Certificate, Pkcs12Key } from "#lib/pki/core/pkcs12/bags.ts";
import { isKeyPair, keyAlgorithmFor } from "#lib/pki/core/private-key.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { signingProblem } from "#lib/pki/core/validation/validate-signature.ts";

/** What was opened, from a PFX or from PEM. */
export type Opened = Pick<PemBundle, "keys" | "isOldEncryption" | "hasUnencryptedKey" | "encryptions"> & {
  readonly certificates: readonly Pkcs12Certificate[];
};

export interface CredentialRequest {
  readonly opened: Opened;
  /** Registered certificates that may be missing in the file. */
  readonly known: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** Which key, counted from 0, when there are several; null when nobody chose. */
  readonly chosen: number | null;
}

/** One key of the file, for choosing. Nothing secret. */
export interface KeyChoice {
  readonly index: number;
  /** The name in the file, else the subject, else the kind of key. */
  readonly name: string;
  /** RFC 4514; null when no certificate fits. */
  readonly subject: string | null;
}

/** Whether a key with its certificates may be used for signing documents, and if not, why. */
export interface CredentialReport {
  readonly choices: readonly KeyChoice[];
  readonly key: Pkcs12Key | null;
  readonly certificate: Certificate | null;
  readonly chain: Chain | null;
  /** No finding is an error. */
  readonly isUsable: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Finds the key of a file, the certificate that belongs to it and their chain, and checks them for signing
 * documents. Revocation is not looked at.
 *
 * Codes of errors: no-private-key, several-keys, no-certificate, certificate-not-of-key, key-unsupported,
 * expired, not-yet-valid, issuer-expired, issuer-not-yet-valid, chain-incomplete, issuer-does-not-fit,
 * chain-loops, path-rules, weak-key, sha1-signature, algorithm-unsupported, wrong-usage, authority.
 * Of warnings: old-encryption, unencrypted-key, root-not-trusted, unused-certificates, unreadable-certificate,
 * self-signed.
 */
export function checkCredential(request: CredentialRequest): CredentialReport {
  const { opened, chosen } = request;
  const certificates = readableCertificates(opened.certificates.map(({ der }) => der));
  const choices = opened.keys.map((key, index) => choiceOf(key, index, certificates));
  const index = chosen ?? (choices.length === 1 ? 0 : onlyPaired(choices));
  const key = index === null ? null : (opened.keys[index] ?? null);
  const about = fileFindings(opened, certificates.length);
  if (!key) return { ...NOTHING, choices, findings: [keyFinding(choices), ...about] };
  const certificate = certificateOf(key, certificates);
  if (!certificate) return { ...NOTHING, choices, key, findings: [pairFinding(certificates), ...about] };
  const { chain, findings: own } = checkForSigning({ ...request, key, certificate, heap: certificates });
  const findings = [...own, ...about];
  return { choices, key, certificate, chain, isUsable: isWithoutError(findings), findings };
}

const isWithoutError = (findings: readonly Finding[]): boolean =>
  findings.every(({ severity }) => severity !== "error");

/**
 * Checks a certificate that belongs to a key, and its chain, for signing documents. Codes as `checkCredential`.
 *
 * @param request `heap`: in any order, the certificate itself and strangers among them.
 */
export function checkForSigning(request: {
  readonly key: Pick<Pkcs12Key, "algorithm" | "facts">;
  readonly certificate: Certificate;
  readonly heap: readonly Certificate[];
  readonly known: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
}): { readonly chain: Chain; readonly findings: readonly Finding[]; readonly isUsable: boolean } {
  const { key, certificate, heap, known } = request;
  const chain = buildChain({ ...request, heap: [...heap, ...known] });
  const unused = chain.unused.filter((one) => !known.some(({ sha256 }) => sha256 === one.sha256));
  const findings = [
    ...purposeFindings(key, certificate),
    ...chain.findings,
    ...extraFindings({ ...chain, unused }),
  ];
  return { chain, findings, isUsable: isWithoutError(findings) };
}

/**
 * Checks what an authority answered to a certificate request: the certificate that belongs to the request's key, and
 * its chain. Codes as `checkCredential`, and `certificate-not-of-key` when none belongs.
 *
 * @param answer `publicKey`: SubjectPublicKeyInfo of the request, DER. `heap`: all that came.
 */
export function checkAnswer(answer: {
  readonly publicKey: Uint8Array;
  readonly heap: readonly Certificate[];
  readonly known: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
}): Omit<CredentialReport, "choices" | "key"> {
  const key = { facts: publicKeyFacts(answer.publicKey), algorithm: keyAlgorithmFor(answer.publicKey) };
  const certificate = longest(answer.heap.filter((one) => isOf(one, key)));
  if (!certificate) return { ...NOTHING, findings: [failure("certificate-not-of-key", NOT_OF_REQUEST)] };
  return { certificate, ...checkForSigning({ ...answer, key, certificate }) };
}

const NOT_OF_REQUEST =
  "None of these certificates belongs to the key of this request. Was it issued for another request?";

const NOTHING = { key: null, certificate: null, chain: null, isUsable: false } as const;

function choiceOf(key: Pkcs12Key, index: number, certificates: readonly Certificate[]): KeyChoice {
  const subject = certificateOf(key, certificates)?.subject.text ?? null;
  const kind = `${key.facts.name} ${key.facts.type === "rsa" ? key.facts.sizeBits : ""}`.trim();
  return { index, name: key.friendlyName ?? subject ?? kind, subject };
}

/** A key without a certificate is nobody's choice. */
function onlyPaired(choices: readonly KeyChoice[]): number | null {
  const paired = choices.filter(({ subject }) => subject !== null);
  return paired.length === 1 ? paired[0]!.index : null;
}

/** Of several for one key, the one that lasts longest. */
function certificateOf(key: Pkcs12Key, certificates: readonly Certificate[]): Certificate | null {
  const found = longest(certificates.filter((one) => isOf(one, key)));
  return found && isKeyPair(key, found.publicKey) ? found : null;
}

const isOf = (certificate: Certificate, { facts }: Pick<Pkcs12Key, "facts">): boolean =>
  certificate.key.type === facts.type && equalBytes(certificate.key.keyOctets, facts.keyOctets);

const longest = (certificates: readonly Certificate[]): Certificate | null =>
  certificates.toSorted((a, b) => b.notAfter.getTime() - a.notAfter.getTime())[0] ?? null;

const keyFinding = (choices: readonly KeyChoice[]): Finding =>
  choices.length === 0
    ? failure("no-private-key", "The file holds no private key. Export it again together with its key.")
    : failure("several-keys", `The file holds ${choices.length} keys. Choose one of them.`);

const pairFinding = (certificates: readonly Certificate[]): Finding =>
  certificates.length === 0
    ? failure("no-certificate", "The file holds a key and no certificate. Add the certificate of the key.")
    : failure("certificate-not-of-key", "No certificate in the file belongs to the key.");

function purposeFindings(
  { algorithm, facts }: Pick<Pkcs12Key, "algorithm" | "facts">,
  certificate: Certificate,
): Finding[] {
  const { subject, basicConstraints } = certificate;
  const problem = signingProblem(certificate);
  const isWeak = facts.type === "rsa" && facts.sizeBits < 2048;
  const kind = `${facts.name}${facts.type === "rsa" ? ` of ${facts.sizeBits} bits` : ""}`;
  return [
    ...(algorithm === null && !isWeak
      ? [
          failure(
            "key-unsupported",
            `The platform does not sign with a key of this kind (${kind}). It signs with P-256, P-384 and RSA of 2048, 3072 or 4096 bits.`,
          ),
        ]
      : []),
    ...(problem ? [failure("wrong-usage", `${subject.text}: ${problem}.`)] : []),
    ...(basicConstraints?.isAuthority
      ? [
          failure(
            "authority",
            `${subject.text} is an authority: its key issues certificates and signs no documents.`,
          ),
        ]
      : []),
  ];
}

function extraFindings({ unused, certificates, endsAt }: Chain): Finding[] {
  const isSelfSigned = certificates.length === 1 && endsAt === "given-root";
  return [
    ...(unused.length > 0
      ? [
          warning(
            "unused-certificates",
            `Not needed: ${unused.map(({ subject }) => subject.text).join("; ")}.`,
          ),
        ]
      : []),
    ...(isSelfSigned
      ? [
          warning(
            "self-signed",
            "The certificate vouches for itself: readers will not trust it by themselves.",
          ),
        ]
      : []),
  ];
}

function fileFindings(opened: Opened, readable: number): Finding[] {
  const broken = opened.certificates.length - readable;
  const old = opened.encryptions.filter(({ isOld }) => isOld).map(({ cipher }) => cipher);
  return [
    ...(opened.isOldEncryption
      ? [
          warning(
            "old-encryption",
            `The file uses old encryption (${[...new Set(old)].join(" and ")}). It was read; make a new one and destroy this one.`,
          ),
        ]
      : []),
    ...(opened.hasUnencryptedKey
      ? [warning("unencrypted-key", "The key lay in the file without encryption. Destroy the file.")]
      : []),
    ...(broken > 0 ? [warning("unreadable-certificate", `${broken} certificates cannot be read.`)] : []),
  ];
}
