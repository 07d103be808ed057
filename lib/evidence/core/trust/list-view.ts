import type { ListSignature, ListSignerFault, TrustList } from "./trust-list.ts";

/** A list that was believed, as a report names it. */
export interface TrustListView {
  readonly name: string;
  readonly territory: string | null;
  readonly operator: string | null;
  readonly sequence: number | null;
  readonly issuedAt: string | null;
  readonly nextUpdateAt: string | null;
  /** Of its file, hexadecimal. */
  readonly sha256: string;
  /** Of the signature on the list itself. */
  readonly signature: ListSignature;
  /** Who put it here; null when whoever asks brought it. */
  readonly offeredBy: string | null;
}

type Viewed = Omit<TrustList, "kind" | "services" | "pointers" | "unreadable">;

export const trustListView = (list: Viewed, offeredBy: string | null): TrustListView => ({
  ...{ name: list.name, territory: list.territory, operator: list.operator, sequence: list.sequence },
  issuedAt: list.issuedAt?.toISOString() ?? null,
  nextUpdateAt: list.nextUpdateAt?.toISOString() ?? null,
  ...{ sha256: list.sha256, signature: list.signature, offeredBy },
});

/** What is said of the signature on a list, in a sentence. */
export function listSignatureWords(signature: ListSignature): string {
  if (signature.state === "holds")
    return `Its own signature holds${signature.isXades ? " (XAdES)" : ""}, made with the certificate of ${signature.signer} (SHA-256 ${signature.certificateSha256}); compare that with the one its operator publishes.${faultWords(signature.signerFaults ?? [])}`;
  return "The signature of the list was not checked; compare the list's SHA-256 with the one its operator publishes.";
}

const FAULTS: Readonly<Record<ListSignerFault, string>> = {
  purpose: "the extended key usage tslSigning is missing",
  "key-usage": "its key is not only for signatures",
  authority: "it is an authority's",
  "key-identifier": "it has no subject key identifier",
  territory: "it names another country than the list",
  operator: "it names another organization than the operator of the list",
};

const faultWords = (faults: readonly ListSignerFault[]): string =>
  faults.length === 0
    ? ""
    : ` That certificate is not one for signing trusted lists (TS 119 612, 5.7.1): ${faults.map((one) => FAULTS[one]).join("; ")}.`;
