import {
  CalendarDays,
  CaseSensitive,
  type LucideIcon,
  PenLine,
  Signature,
  SquareCheck,
  UserRound,
} from "lucide-react";
import type { DraftField, DraftRecipient, FieldType } from "#lib/envelopes/core/draft.ts";

/** Types in the order of the palette. */
export const FIELD_TYPES = [
  "signature",
  "initials",
  "name",
  "date",
  "text",
  "checkbox",
] as const satisfies readonly FieldType[];

export const FIELD_ICONS: Readonly<Record<FieldType, LucideIcon>> = {
  signature: Signature,
  initials: PenLine,
  name: UserRound,
  date: CalendarDays,
  text: CaseSensitive,
  checkbox: SquareCheck,
};

type Words = (key: string, values?: Record<string, string | number>) => string;

/** What a field is called: `Signature, Ana Ruiz, page 2`. */
export function fieldName(t: Words, field: DraftField, person: DraftRecipient | undefined): string {
  const type = t(`types.${field.type}`);
  const what = field.label ? t("labeled", { type, label: field.label }) : type;
  const who = person?.name || person?.email || t("nobody");
  return t("fieldName", { what, who, page: field.page + 1 });
}
