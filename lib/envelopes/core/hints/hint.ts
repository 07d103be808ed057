import type { Box } from "../field-places.ts";
import type { FieldSettings } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";

/** Where a document itself says, or looks as if, a field belongs. */
export interface FieldHint extends Box {
  /** The document's own form, a tag in its text, or what its lines and words look like. */
  readonly from: "form" | "tag" | "look";
  /** From 0. */
  readonly page: number;
  readonly type: FieldType;
  readonly label: string;
  readonly isRequired: boolean;
  readonly settings: FieldSettings;
  /** Where the tag itself stands, line by line, or what a form's field holds, so that it can be taken out. */
  readonly tag?: readonly Box[];
  /** A form's field with something in it, which becomes the field's own: what is drawn there goes in any case. */
  readonly isHeld?: boolean;
  /** Whose it is, as a tag says: `signer1` is `1`; null when nothing says so. */
  readonly signer: string | null;
  /** The tag as it is written. */
  readonly text?: string;
  /** Pieces of the tag that no field of ours can hold. */
  readonly left?: readonly string[];
}

/** Text that looks like a tag and says nothing we know. */
export interface UnknownTag {
  readonly page: number;
  readonly text: string;
}

export interface PageHints {
  readonly hints: readonly FieldHint[];
  readonly unknown: readonly UnknownTag[];
  /** Words of the organization that every document was to hold, and this one does not. */
  readonly absent?: readonly string[];
}

export const HINT_LIMITS = { hints: 2_000, unknown: 200, pages: 500 } as const;

/** Pages on which something is seen and nothing can be read out. */
export interface TextlessPages {
  /** From 0, in order. */
  readonly pages: readonly number[];
  /** How many pages were looked at, from the first on. */
  readonly looked: number;
}
