/** The wrapped key of one envelope, as it is kept. */
export type StoredEnvelopeKey = Uint8Array | "destroyed";

export interface EnvelopeName {
  readonly organizationId: string;
  readonly envelopeId: string;
}

/** Where the keys of envelopes are kept: never with the files they open. */
export interface EnvelopeKeyRecords {
  find(envelope: EnvelopeName): Promise<StoredEnvelopeKey | null>;
  /** Keeps the key of an envelope that has none; gives the one that is kept. */
  keep(envelope: EnvelopeName, wrapped: Uint8Array): Promise<StoredEnvelopeKey>;
}
