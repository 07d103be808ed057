/** Before every body that is hashed or signed, so that no signature of a device means anything else. */
export const CHAIN_LABEL = "whereof-offline-event-1\n";

/** Before what the first event is linked to. */
export const KIT_LABEL = "whereof-offline-kit-1\n";

/** What a device checks before it opens a kit: this object's JSON, signed by us after the label. */
export interface KitManifest {
  readonly version: 1;
  readonly kit: string;
  readonly recipient: string;
  readonly documents: readonly {
    readonly documentId: string;
    readonly revision: number;
    readonly sha256: string;
  }[];
  /** Of the device, base64. */
  readonly publicKey: string;
  readonly expiresAt: string;
  readonly blocks: OfflineBlocks;
  /** Of the JSON of the marks, lower-case hex. */
  readonly marksSha256: string;
  /** SHA-256 of each file's path → SHA-256 of its bytes, lower-case hex. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a device signs of one act: this object's JSON, in UTF-8, after the label. */
export interface DeviceBody {
  readonly version: 1;
  readonly kit: string;
  /** From 0. */
  readonly sequence: number;
  /** Hash of the event before, lower-case hex; of the first, the kit's start. */
  readonly previous: string;
  /** By the device's clock, RFC 3339. */
  readonly at: string;
  /** Server clock minus device clock when the kit was given, in milliseconds. */
  readonly offsetMs: number;
  /** 16 random bytes, base64url: nobody guesses an answer from an event's hash. */
  readonly salt: string;
  readonly act: unknown;
}

export interface SignedEvent {
  /** JSON of a `DeviceBody`, exactly as it was signed. */
  readonly body: string;
  /** ECDSA with P-256 and SHA-256 as r ‖ s (IEEE P1363), base64. */
  readonly signature: string;
}

/** What a person may do without a network. */
export const OFFLINE_ACTS = [
  ...(["consent", "view", "fill", "attach", "adopt", "finish", "approve", "decline"] as const),
] as const;
export type OfflineActName = (typeof OFFLINE_ACTS)[number];

/** Of files given without a network: of one, and of all that one kit holds. */
export const OFFLINE_FILES = { bytes: 10 * 1024 * 1024, allBytes: 25 * 1024 * 1024, most: 20 } as const;

/** Why what was done offline stands on record and in no document. */
export const KEPT_REASONS = [
  ...["voided", "expired", "declined", "completed", "delegated", "already-signed", "already-declined"],
  ...["out-of-turn", "document-changed", "kit-expired", "kit-removed", "kit-changed"],
] as const;
export type KeptReason = (typeof KEPT_REASONS)[number];

/** What only goes with a network, for one envelope and person. */
export interface OfflineBlocks {
  /** Finish may ask for one more check. */
  readonly isFinishBlocked: boolean;
  /** The words of a consumer's notice are read out of its PDF, which the server makes. */
  readonly isConsentBlocked: boolean;
  /** Sensitive answers: they are sealed on the server and kept nowhere else. */
  readonly fieldIds: readonly string[];
}
