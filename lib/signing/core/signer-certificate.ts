import type { QualifiedStatements } from "#lib/pki/core/certificates/qc-statements.ts";

/** Why a person's credential cannot make this signature. */
export type CredentialHindrance =
  | "off"
  | "kind"
  | "way"
  | "certificate"
  | "usage"
  | "not-qualified"
  | "not-for-signatures"
  | "no-device"
  | "not-trusted"
  | "ends-soon";

/** What was found of a certificate and the path above it. */
export interface SignerCertificateFacts {
  /** Nothing that RFC 5280 asks of it is missing, as of now. */
  readonly isSound: boolean;
  /** Its path ends where the organization, or a trust list it imported, says that paths may end. */
  readonly isTrusted: boolean;
  readonly keyUsage: readonly string[] | null;
  readonly statements: QualifiedStatements;
}

/**
 * Looks at a certificate before it is used. A qualified signature takes a qualified certificate for electronic
 * signatures whose key lies in a qualified device, of an authority that somebody vouches for.
 *
 * @param kind what the sender asks for.
 * @see Regulation (EU) 910/2014 art. 3(12), EN 319 412-2 §4.3.2, EN 319 412-5
 */
export function certificateHindrance(
  kind: "advanced" | "qualified",
  { isSound, isTrusted, keyUsage, statements }: SignerCertificateFacts,
): CredentialHindrance | null {
  if (!isSound) return "certificate";
  const commits = keyUsage?.includes("contentCommitment") ?? false;
  const signs = keyUsage?.includes("digitalSignature") ?? false;
  if (kind === "advanced") return commits || signs ? null : "usage";
  if (!commits) return "usage";
  if (!statements.isQualified) return "not-qualified";
  if (!statements.isForSignatures) return "not-for-signatures";
  if (!statements.hasDevice) return "no-device";
  return isTrusted ? null : "not-trusted";
}

const DAY_MS = 86_400_000;

/** Whether a certificate is valid for as many days more as the class of the documents asks for. */
export const lasts = ({ notAfter }: { readonly notAfter: Date }, leastDays: number, now: Date): boolean =>
  notAfter.getTime() - now.getTime() >= leastDays * DAY_MS;
