import type { ExportFormat, ExportReason } from "./key-export.ts";

export type CustodyAction = "export" | "store" | "transfer" | "receive" | StatedAction | "destroy" | "review";

/** What happens outside the product, and is told to it by somebody. */
export const STATED_ACTIONS = ["hand-over", "collect", "open", "copy", "return"] as const;
export type StatedAction = (typeof STATED_ACTIONS)[number];

/** Whether the item lies elsewhere afterwards. */
export const movesItem = (action: CustodyAction): boolean => action !== "open" && action !== "copy";

export const CUSTODY_SIDES = ["released", "received"] as const;
export type CustodySide = (typeof CUSTODY_SIDES)[number];

/** That one of the two parties of a line says it was so, in the product, after their password. */
export interface LineSignature {
  readonly sequence: number;
  readonly side: CustodySide;
  readonly name: string;
  readonly at: Date;
}

/** One line of a chain of custody. */
export interface CustodyEntry {
  readonly sequence: number;
  readonly action: CustodyAction;
  /** UTC. */
  readonly at: string;
  /** The day it happened where it was put on record later; `at` otherwise. */
  readonly happenedOn?: string;
  readonly item: {
    readonly id: string;
    readonly description: string;
    /** What kind of thing it is, who made it and when. */
    readonly class?: string;
    readonly madeBy?: string;
    readonly madeAt?: string;
  };
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly releasedBy: string;
  readonly receivedBy: string;
  readonly from: string;
  readonly to: string;
  readonly channel: string;
  readonly purpose: string;
  readonly authority: string;
  /** Whether the hash was as recorded before; null where nothing was compared. */
  readonly isWhole: boolean | null;
  /** Where it was not: what was found, as it was given. */
  readonly foundSha256?: string;
}

export type NewCustodyEntry = Omit<CustodyEntry, "sequence" | "at" | "item" | "sha256" | "sizeBytes">;

/** What the sealed record of a key's custody says. */
export interface CustodyFacts {
  readonly view: {
    readonly id: string;
    readonly reason: ExportReason;
    readonly purpose: string;
    readonly format: ExportFormat;
    readonly runbookVersion: number;
    readonly runbookSha256: string;
    readonly destination: string;
    readonly contract: string;
    readonly requestedBy: string;
    readonly requestedAt: Date;
    readonly approvedByIt: string | null;
    readonly approvedByLegal: string | null;
    readonly recipient: string;
    readonly sha256: string | null;
    readonly sizeBytes: number | null;
    readonly custody: readonly CustodyEntry[];
    readonly custodyBrokenAt: number | null;
    readonly signatures: readonly LineSignature[];
  };
  /** Of each entry, hex. */
  readonly hashes: readonly string[];
  /** What was sealed with the key, the newest first, and how many more there are. */
  readonly documents: readonly {
    readonly shortId: string;
    readonly sealedAt: Date;
    readonly sha256: string;
  }[];
  readonly more: number;
}

/** How a seal's key came to be where it is. */
export type SealKeyOrigin = "made" | "imported" | "remote" | "chosen";

/** What is recorded, up to a moment, of a key with which an organization signs and seals. */
export interface SealKeyFacts {
  readonly certificateId: string;
  /** Null where no record says which key a certificate is of. */
  readonly key: {
    /** A key provider's name, as in `ports/keys`. */
    readonly provider: string;
    readonly origin: SealKeyOrigin;
    /** When it became a key of the organization. */
    readonly since: Date;
    readonly exports: readonly KeyExportFacts[];
    /** Copies the product has set aside and not destroyed since; of a key in software only, encrypted. */
    readonly backups: { readonly made: number; readonly destroyed: number } | null;
  } | null;
}

/** A request to hand a key out, and how far it got. */
export interface KeyExportFacts {
  readonly id: string;
  readonly reason: ExportReason;
  readonly destination: string;
  readonly contract: string;
  readonly requestedAt: Date;
  readonly approvedAt: Date | null;
  readonly refusedAt: Date | null;
  /** The file with the key was made; from here on there was a copy. */
  readonly builtAt: Date | null;
  readonly takenAt: Date | null;
  readonly receivedAt: Date | null;
  /** The product's own copy of the file is gone. */
  readonly destroyedAt: Date | null;
  /** Of the file, hex. */
  readonly sha256: string | null;
  /** The chain of custody with the hash of each entry, hex. */
  readonly custody: readonly (CustodyEntry & { readonly hash: string })[];
  readonly custodyBrokenAt: number | null;
}
