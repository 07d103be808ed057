import type { DraftContent, DraftField } from "#lib/envelopes/core/draft.ts";
import type { Boxes } from "#lib/envelopes/core/field-arrange.ts";
import { type Box, keptOnPage } from "#lib/envelopes/core/field-places.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { isAsked } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
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
  settings: FieldSettings,
): DraftField => ({
  ...{ id: newId(), documentId, recipientId, type, page, settings },
  ...{ ...rounded(box), label: "", isRequired: isAsked(type) && type !== "checkbox" },
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

export const placedFields = (content: DraftContent, boxes: Boxes): DraftContent => ({
  ...content,
  fields: content.fields.map((field) => {
    const box = boxes.get(field.id);
    return box ? { ...field, ...rounded(box) } : field;
  }),
});

/** The same fields on other pages of their document, at the same places. */
export function copiesOnPages(
  fields: readonly DraftField[],
  pagesOf: (documentId: string) => readonly number[],
): DraftField[] {
  return fields.flatMap((field) =>
    pagesOf(field.documentId)
      .filter((page) => page !== field.page)
      .map((page) => ({ ...unlocked(field), id: newId(), page })),
  );
}

/** Fields that were copied, here or in another window, as new ones on a page; their people as far as they are here. */
export function pastedFields(
  fields: readonly DraftField[],
  { documentId, page }: PagePlace,
  signerIds: readonly string[],
  otherwise: string,
): DraftField[] {
  return fields.map((field) => ({
    ...unlocked(field),
    ...{ id: newId(), documentId, page },
    recipientId: signerIds.includes(field.recipientId) ? field.recipientId : otherwise,
  }));
}

const unlocked = ({ isLocked: _, ...field }: DraftField): DraftField => field;

export const withoutField = (content: DraftContent, id: string): DraftContent =>
  withoutFields(content, (field) => field.id === id);

/** Takes fields away, and out of every rule that names them. */
export function withoutFields(content: DraftContent, isGone: (field: DraftField) => boolean): DraftContent {
  const fields = content.fields.filter((field) => !isGone(field));
  const there = new Set(fields.map(({ id }) => id));
  const rules = content.rules.flatMap((rule) => {
    const targets = rule.targets.filter((id) => there.has(id));
    const tests = rule.tests.filter(({ fieldId }) => there.has(fieldId));
    const isEmpty = tests.length === 0 || (targets.length === 0 && rule.effect !== "capture");
    return isEmpty ? [] : [{ ...rule, targets, tests }];
  });
  return { ...content, fields, rules };
}

/** What is said of a field; of a group's rule to all of the group. */
export function withSettings(content: DraftContent, id: string, part: Partial<FieldSettings>): DraftContent {
  const changed = content.fields.find((field) => field.id === id);
  if (!changed) return content;
  const group = "least" in part || "most" in part || "isSensitive" in part ? groupOf(changed) : null;
  return {
    ...content,
    fields: content.fields.map((field) =>
      field.id === id || (group !== null && groupOf(field) === group)
        ? { ...field, settings: said({ ...field.settings, ...part }) }
        : field,
    ),
  };
}

/** Without what was taken back. */
function said(settings: FieldSettings): FieldSettings {
  const entries = Object.entries(settings).filter(
    ([, value]) => value !== undefined && value !== "" && value !== false,
  );
  return Object.fromEntries(entries) as FieldSettings;
}

/** The same again, a little lower and to the right, or the other way where the page ends. */
export function copyOf(field: DraftField, byX: number, byY: number): DraftField {
  const x = field.x + field.width + byX <= 1 ? field.x + byX : field.x - byX;
  const y = field.y + field.height + byY <= 1 ? field.y + byY : field.y - byY;
  const { option } = field.settings;
  const settings = option ? { ...field.settings, option: nextName(option) } : field.settings;
  return { ...field, id: newId(), settings, ...rounded({ ...field, x, y }) };
}

/** `Option 1` → `Option 2`. */
function nextName(name: string): string {
  const [, stem = name, number = ""] = /^(.*?)\s*(\d{0,4})$/.exec(name) ?? [];
  return `${stem} ${Number(number || "1") + 1}`;
}
