import { schemeOf } from "#lib/pki/core/algorithms.ts";
import { WHEREOF_ARC } from "#lib/pki/core/asn1/oids.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { type Finding, failure, warning } from "#lib/pki/core/findings.ts";
import { signingProblem } from "#lib/pki/core/validation/validate-signature.ts";
import type { KeyView, SignatureMade, ViewRequest } from "#lib/pki/core/view/certificate-view.ts";
import { dayWords } from "#lib/pki/core/view/day-words.ts";
import { purposeOf } from "#lib/pki/core/view/headline.ts";
import { hidesCharacters } from "#lib/pki/core/view/visible.ts";

interface FindingsRequest extends ViewRequest {
  readonly signature: SignatureMade;
  readonly strength: KeyView["strength"];
  readonly isOurs: boolean;
}

/**
 * What is wrong with a certificate, or odd.
 *
 * Codes of errors: revoked, not-yet-valid, validity-reversed, weak-key, key-unsupported, algorithm-unsupported,
 * sha1-signature, signature-fails, authority-as-signer, wrong-usage. Of warnings: expired, claims-to-be-ours,
 * authority-signs, issues-without-authority, self-signed, unknown-critical, old-version, hidden-characters,
 * other-purposes.
 */
export function viewFindings(request: FindingsRequest): Finding[] {
  return [
    ...timeFindings(request),
    ...strengthFindings(request),
    ...roleFindings(request),
    ...oddFindings(request),
  ];
}

const some = (isSo: boolean, finding: () => Finding): Finding[] => (isSo ? [finding()] : []);

function timeFindings({ certificate, at, revocation }: FindingsRequest): Finding[] {
  const { notBefore, notAfter } = certificate;
  const revokedAt = revocation?.revokedAt ?? null;
  return [
    ...some(revokedAt !== null, () =>
      failure("revoked", `It was revoked on ${dayWords(revokedAt!)}. What it signed before may still count.`),
    ),
    ...some(notAfter < notBefore, () => failure("validity-reversed", "It ends before it begins.")),
    ...some(at < notBefore, () =>
      failure(
        "not-yet-valid",
        `It becomes valid on ${dayWords(notBefore)}; until then nothing it signs counts.`,
      ),
    ),
    ...some(at > notAfter, () =>
      warning(
        "expired",
        `It expired on ${dayWords(notAfter)}. What it signed before, with a time-stamp, still counts.`,
      ),
    ),
  ];
}

function strengthFindings({ certificate, signature, strength }: FindingsRequest): Finding[] {
  const { key } = certificate;
  const scheme = schemeOf(certificate.signatureAlgorithm);
  const isRoot = certificate.isSelfIssued && signature.check === "holds";
  return [
    ...some(strength === "weak", () =>
      failure("weak-key", `Its key is RSA of ${key.sizeBits} bits; 2048 is the least that is safe.`),
    ),
    ...some(strength === "unknown", () =>
      failure("key-unsupported", `Its key is of a kind that is not accepted here (${key.name}).`),
    ),
    ...some(scheme.kind === "unsupported", () =>
      failure("algorithm-unsupported", `It is signed with ${signature.algorithm}, which is not accepted.`),
    ),
    // Nobody needs a root's signature: it is believed or not.
    ...some(scheme.kind !== "unsupported" && scheme.digest === "sha1" && !isRoot, () =>
      failure("sha1-signature", "It is signed with SHA-1, which can be forged."),
    ),
    ...some(signature.check === "fails", () =>
      failure("signature-fails", "It says that it vouches for itself, and its signature does not hold."),
    ),
  ];
}

function roleFindings({ certificate, isSigner, signature, isOurs }: FindingsRequest): Finding[] {
  const { basicConstraints, keyUsage, isSelfIssued } = certificate;
  const isAuthority = basicConstraints?.isAuthority ?? false;
  const problem = signingProblem(certificate);
  return [
    ...some(isSigner && isAuthority, () =>
      failure("authority-as-signer", "It is an authority's and signs a document, which authorities do not."),
    ),
    ...some(isSigner && !isAuthority && problem !== null, () =>
      failure("wrong-usage", `It may not sign documents: ${problem}.`),
    ),
    ...some(!isSigner && isAuthority && (keyUsage?.includes("contentCommitment") ?? false), () =>
      warning("authority-signs", "It is an authority's and may sign documents too, which is unusual."),
    ),
    ...some(!isAuthority && (keyUsage?.includes("keyCertSign") ?? false), () =>
      warning(
        "issues-without-authority",
        "It may issue certificates but is no authority: nobody will accept those.",
      ),
    ),
    ...some(!isAuthority && isSelfIssued && signature.check !== "fails", () =>
      warning("self-signed", "It vouches for itself: readers will not trust it by themselves."),
    ),
    ...some(!isOurs && namesUs(certificate), () =>
      warning(
        "claims-to-be-ours",
        "It carries the marks of a Whereof installation, and no authority of this one issued it.",
      ),
    ),
  ];
}

/** Another Whereof installation's looks the same: only our authorities' signatures tell. */
const namesUs = ({ policies, authorizingEventSha256, issuer }: Certificate): boolean =>
  authorizingEventSha256 !== null ||
  policies.some((id) => id.startsWith(`${WHEREOF_ARC}.`)) ||
  issuer.text.includes("CN=Whereof ");

function oddFindings({ certificate }: FindingsRequest): Finding[] {
  const { version, unknownCriticalExtensions: unknown, subject, issuer } = certificate;
  const parts = [...subject.parts, ...issuer.parts];
  return [
    ...some(version < 3, () =>
      warning("old-version", `It is of version ${version}, which cannot say what it is for.`),
    ),
    ...some(unknown.length > 0, () =>
      warning(
        "unknown-critical",
        `It must not be used where these are not understood: ${unknown.join(", ")}.`,
      ),
    ),
    ...some(
      parts.some(({ value }) => value !== null && hidesCharacters(value)),
      () =>
        warning(
          "hidden-characters",
          "Its names hold characters that do not show; they are spelled out here.",
        ),
    ),
    ...some(purposeOf(certificate) === "other purposes than signing documents", () =>
      warning("other-purposes", "It is made for purposes that are not known here."),
    ),
  ];
}
