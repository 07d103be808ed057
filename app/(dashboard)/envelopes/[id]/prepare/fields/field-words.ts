import {
  AtSign,
  BadgeCheck,
  Banknote,
  Briefcase,
  Building2,
  Calculator,
  CalendarDays,
  CalendarRange,
  CaseSensitive,
  CircleDot,
  CircleX,
  CreditCard,
  Fingerprint,
  Hash,
  Image,
  Landmark,
  Link,
  ListCollapse,
  type LucideIcon,
  MapPin,
  Paperclip,
  PenLine,
  Phone,
  RectangleEllipsis,
  Regex,
  Signature,
  SquareCheck,
  Stamp,
  StickyNote,
  UserRound,
} from "lucide-react";
import { calledBy } from "#components/envelopes/people.ts";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";

/** Types in the order of the palette, those that go together in one group. */
export const FIELD_GROUPS = [
  { name: "sign", types: ["signature", "initials", "date", "stamp"] },
  { name: "person", types: ["name", "forename", "surname", "title", "company", "email", "phone"] },
  { name: "text", types: ["text", "cells", "day", "number", "amount", "pattern"] },
  { name: "choice", types: ["checkbox", "radio", "dropdown", "approve", "decline"] },
  { name: "official", types: ["ssn", "ein", "zip"] },
  { name: "more", types: ["attachment", "image", "formula", "note", "link", "payment"] },
] as const satisfies readonly { readonly name: string; readonly types: readonly FieldType[] }[];

export const FIELD_ICONS: Readonly<Record<FieldType, LucideIcon>> = {
  signature: Signature,
  initials: PenLine,
  stamp: Stamp,
  date: CalendarDays,
  name: UserRound,
  forename: UserRound,
  surname: UserRound,
  title: Briefcase,
  company: Building2,
  text: CaseSensitive,
  cells: RectangleEllipsis,
  day: CalendarRange,
  number: Hash,
  amount: Banknote,
  email: AtSign,
  phone: Phone,
  ssn: Fingerprint,
  ein: Landmark,
  zip: MapPin,
  pattern: Regex,
  checkbox: SquareCheck,
  radio: CircleDot,
  dropdown: ListCollapse,
  attachment: Paperclip,
  image: Image,
  payment: CreditCard,
  formula: Calculator,
  link: Link,
  note: StickyNote,
  approve: BadgeCheck,
  decline: CircleX,
};

type Words = (key: string, values?: Record<string, string | number>) => string;

/** What a field is called: `Signature, Ana Ruiz, page 2`. */
export function fieldName(t: Words, field: DraftField, person: DraftRecipient | undefined): string {
  const type = t(`types.${field.type}`);
  const label = field.label || field.settings.option || "";
  const what = label ? t("labeled", { type, label }) : type;
  const who = (person && calledBy(person)) || t("nobody");
  return t("fieldName", { what, who, page: field.page + 1 });
}
