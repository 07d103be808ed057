import type { TemplateId } from "#lib/ids.ts";
import type { EarlierSignatures } from "../documents/earlier-signatures.ts";
import type { DraftContent } from "../draft.ts";
import type { CounselConfirmation } from "../exclusions.ts";

/** A file that every envelope of a job gets a copy of. */
export interface SourceFile {
  readonly fileKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface SourceDocument {
  readonly id: string;
  readonly name: string;
  readonly pages: readonly {
    readonly left: number;
    readonly bottom: number;
    readonly widthPt: number;
    readonly heightPt: number;
    readonly rotation: 0 | 90 | 180 | 270;
    readonly userUnit: number;
  }[];
  readonly changes: Readonly<Record<string, number>>;
  readonly flattensSignatures: boolean;
  readonly keepsSignatures: boolean;
  readonly earlierSignatures: EarlierSignatures | null;
  readonly holdsHealth: boolean;
  readonly original: SourceFile;
  readonly preview: SourceFile;
}

/** What a job sends, whole: the source may change or go while the job runs. Ids in it are those of the source. */
export interface BulkSource {
  readonly kind: "draft" | "template";
  readonly id: string;
  /** Whose pages can be looked at: a template is prepared on an envelope of its own. */
  readonly envelopeId: string;
  /** What its envelopes are made from, so that they have the steps it asks for; null for what was drawn up by hand. */
  readonly template: { readonly id: TemplateId; readonly version: number | null } | null;
  /** The class somebody chose for the draft: its rules hold for every row, and every envelope is of it. */
  readonly chosenClass: { readonly id: string; readonly name: string } | null;
  /** What was said of the draft when the job began. */
  readonly counselConfirmation?: CounselConfirmation | null;
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA";
  readonly content: DraftContent;
  readonly documents: readonly SourceDocument[];
}
