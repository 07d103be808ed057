/** A signature that was in a file when it was uploaded, as it was read then. Plain values: it is kept as JSON. */
export interface EarlierSignature {
  readonly kind: "signature" | "certification" | "timestamp";
  /** As `verify` judges it by the file alone. */
  readonly verdict: "passed" | "failed" | "indeterminate";
  /** What it covers is as it was, and only what it allows was done to the file since. */
  readonly isIntact: boolean;
  /** Of EN 319 102-1, for `indeterminate` and `failed`. */
  readonly reason: string | null;
  /** By the certificate; what the signature says of itself where it holds none that can be read. */
  readonly name: string;
  readonly certificate: EarlierCertificate | null;
  /** ISO 8601: the proven time, else the claimed one. */
  readonly at: string | null;
  readonly isTimeProven: boolean;
  readonly level: string | null;
}

export interface EarlierCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, as the fingerprint. */
  readonly serial: string;
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What the file of a document brought along. */
export interface EarlierSignatures {
  readonly readAt: string;
  readonly signatures: readonly EarlierSignature[];
}

/** Why signatures cannot stay valid while others sign the same file. */
export const KEEP_PROBLEMS = [
  /** One of them does not hold as it is. */
  "broken",
  /** Whoever certified it allows no change at all (DocMDP 1, ISO 32000-2 §12.8.2.2). */
  "certified",
  /**
   * A certification allows to fill in what its form has, and at most to comment (DocMDP 2 and 3), or a lock closes the
   * form: no further signature that shows on a page.
   */
  "closed",
  /** The file holds what is taken out of every document before it is sent: scripts, hidden or changing content. */
  "unclean",
  /** Damaged, encrypted, or of a kind that cannot be added to without touching what is signed. */
  "unsupported",
] as const;
export type KeepProblem = (typeof KEEP_PROBLEMS)[number];

/** What a document of this kind may hold besides: of each person one signature. */
export function breaksSignatures(
  field: { readonly id: string; readonly type: string; readonly recipientId: string },
  ofDocument: readonly { readonly id: string; readonly type: string; readonly recipientId: string }[],
): boolean {
  if (field.type === "decline") return false;
  if (field.type !== "signature") return true;
  const first = ofDocument.find(
    ({ type, recipientId }) => type === "signature" && recipientId === field.recipientId,
  );
  return first?.id !== field.id;
}
