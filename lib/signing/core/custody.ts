import type { ExportReason } from "./key-export.ts";

export type CustodyAction = "export" | "store" | "transfer" | "receive" | "destroy" | "review";

/** One line of a chain of custody. */
export interface CustodyEntry {
  readonly sequence: number;
  readonly action: CustodyAction;
  /** UTC. */
  readonly at: string;
  readonly item: { readonly id: string; readonly description: string };
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
}

export type NewCustodyEntry = Omit<CustodyEntry, "sequence" | "at" | "item" | "sha256" | "sizeBytes">;

/** What the sealed record of a key's custody says. */
export interface CustodyFacts {
  readonly view: {
    readonly id: string;
    readonly reason: ExportReason;
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
