import type { FieldSettings } from "./field-settings.ts";
import type { FieldType } from "./field-types.ts";

/** As far as its answer is concerned, a field is this; on both sides of the network. */
export interface FormField {
  readonly id: string;
  readonly recipientId: string;
  readonly type: FieldType;
  readonly label: string;
  readonly isRequired: boolean;
  readonly settings: FieldSettings;
}

/** What a mark's field holds once its signer has put the mark there. */
export const ADOPTED = "adopted";
/** A ticked box, a chosen radio button, an approval given. */
export const CHECKED = "yes";
/** A stamp without a picture: the person's name in a frame. */
export const PLAIN_STAMP = "plain";
/** What a screen gets in the place of a sensitive value. */
export const MASK = "••••••••";

/** Fields that answer one question together, as one name; null for a field of its own. */
export const groupOf = ({ type, recipientId, settings }: FormField): string | null =>
  (type === "radio" || type === "checkbox") && settings.group
    ? `${recipientId}:${type}:${settings.group}`
    : null;
