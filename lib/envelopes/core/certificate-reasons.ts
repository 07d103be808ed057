/** Why there is no certificate to download of somebody, or not yet. */
export type CertificateReason =
  | "not-sent"
  | "signs-first"
  | "seal-follows"
  | "ended-unsigned"
  | "signs-nothing"
  | "may-not-download";

export interface CertificateSituation {
  readonly state: string;
  readonly role: readonly { readonly role: string; readonly hasSigned: boolean }[];
  readonly certificates: readonly { readonly kind: "signer" | "seal" }[];
  readonly mayDownload: boolean;
}

const ENDED = ["declined", "voided", "expired"];

/** All that holds, the most general first; empty where everybody who signs has a certificate that may be downloaded. */
export function certificateReasons(given: CertificateSituation): CertificateReason[] {
  const { state, role, certificates, mayDownload } = given;
  const signers = role.filter((one) => one.role === "signer");
  const isUnsigned = signers.some(({ hasSigned }) => !hasSigned);
  const isEnded = ENDED.includes(state);
  const hasSeal = certificates.some(({ kind }) => kind === "seal");
  if (state === "draft") return ["not-sent"];
  return [
    ...(isUnsigned && isEnded ? (["ended-unsigned"] as const) : []),
    ...(isUnsigned && !isEnded ? (["signs-first"] as const) : []),
    ...(!isEnded && state !== "completed" && !hasSeal ? (["seal-follows"] as const) : []),
    ...(role.some((one) => one.role !== "signer") ? (["signs-nothing"] as const) : []),
    ...(mayDownload || certificates.length === 0 ? [] : (["may-not-download"] as const)),
  ];
}
