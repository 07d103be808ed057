import type { DraftContent, DraftField, FieldType } from "#lib/envelopes/core/draft.ts";
import { type Box, keptOnPage } from "#lib/envelopes/core/field-places.ts";
import { newId } from "../people/draft-people.ts";

/** Where on which page. */
export interface PagePlace {
  readonly documentId: string;
  readonly page: number;
}

export const newField = (
  type: FieldType,
  recipientId: string,
  { documentId, page }: PagePlace,
  box: Box,
): DraftField => ({
  ...{ id: newId(), documentId, recipientId, type, page },
  ...{ ...rounded(box), label: "", isRequired: type !== "checkbox" },
});

/** A hundredth of a thousandth of a page is finer than any screen, and keeps what is saved short. */
function rounded({ x, y, width, height }: Box): Box {
  const short = (value: number) => Math.round(value * 1e6) / 1e6;
  return keptOnPage({ x: short(x), y: short(y), width: short(width), height: short(height) });
}

export const withField = (content: DraftContent, field: DraftField): DraftContent => ({
  ...content,
  fields: [...content.fields, field],
});

export const changedField = (
  content: DraftContent,
  id: string,
  change: Partial<DraftField>,
): DraftContent => ({
  ...content,
  fields: content.fields.map((field) => (field.id === id ? { ...field, ...change } : field)),
});

export const placedField = (content: DraftContent, id: string, box: Box): DraftContent =>
  changedField(content, id, rounded(box));

export const withoutField = (content: DraftContent, id: string): DraftContent => ({
  ...content,
  fields: content.fields.filter((field) => field.id !== id),
});

/** The same again, a little lower and to the right, or the other way where the page ends. */
export function copyOf(field: DraftField, byX: number, byY: number): DraftField {
  const x = field.x + field.width + byX <= 1 ? field.x + byX : field.x - byX;
  const y = field.y + field.height + byY <= 1 ? field.y + byY : field.y - byY;
  return { ...field, id: newId(), ...rounded({ ...field, x, y }) };
}
