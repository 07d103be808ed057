import { z } from "zod";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { CHECK_METHODS } from "./checks.ts";
import { FieldRule, RULE_LIMITS } from "./fields/field-rules.ts";
import { FieldSettings } from "./fields/field-settings.ts";
import { FIELD_TYPES } from "./fields/field-types.ts";
import { RECIPIENT_LANGUAGES } from "./languages.ts";
import { phoneNumber } from "./phone-number.ts";

/** How large an envelope may be. */
export const ENVELOPE_LIMITS = {
  documents: 20,
  recipients: 50,
  fields: 2_000,
  /** Of one upload. */
  documentBytes: 50 * 1024 * 1024,
  pages: 2_000,
  titleLength: 200,
  messageLength: 2_000,
  /** ITU-T X.520 gives a certificate that much room for a name. */
  nameLength: 64,
  labelLength: 120,
  expiryDays: 90,
} as const;

export const RECIPIENT_ROLES = ["signer", "approver", "copy"] as const;
export type RecipientRole = (typeof RECIPIENT_ROLES)[number];

const fraction = z.number().min(0).max(1);

export const DraftRecipient = z.object({
  id: z.uuid(),
  role: z.enum(RECIPIENT_ROLES),
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254).transform((address) => address.toLowerCase()),
  check: z.enum(CHECK_METHODS).default("none"),
  phone: typedLine(40).transform(phoneNumber).default(""),
  /** What their pages and mails are in; empty when pages follow their browser. */
  language: z.enum(RECIPIENT_LANGUAGES).default(""),
  /** The member in whose presence, and on whose device, they sign; left out for who gets a link. */
  hostId: z.uuid().nullish(),
});

export const DraftField = z
  .object({
    id: z.uuid(),
    documentId: z.uuid(),
    recipientId: z.uuid(),
    type: z.enum(FIELD_TYPES),
    page: z.number().int().min(0),
    x: fraction,
    y: fraction,
    width: fraction.gt(0),
    height: fraction.gt(0),
    label: typedLine(ENVELOPE_LIMITS.labelLength),
    isRequired: z.boolean(),
    settings: FieldSettings.default({}),
  })
  .refine(({ x, y, width, height }) => x + width <= 1.000001 && y + height <= 1.000001, {
    error: "the field leaves its page",
  });

const haveOwnIds = (items: readonly { readonly id: string }[]) =>
  new Set(items.map(({ id }) => id)).size === items.length;

/** Everything a sender edits before sending; saved as a whole. */
export const DraftContent = z.object({
  title: typedLine(ENVELOPE_LIMITS.titleLength),
  message: typedText(ENVELOPE_LIMITS.messageLength),
  order: z.enum(["sequential", "parallel"]),
  /** Consumer where a law wants the information given to a consumer in writing (15 USC 7001(c)). */
  consentMode: z.enum(["business", "consumer"]).default("business"),
  /** Nobody finishes before every page was on their screen. */
  asksForEveryPage: z.boolean().default(false),
  recipients: z
    .array(DraftRecipient)
    .max(ENVELOPE_LIMITS.recipients)
    .refine(haveOwnIds, "an id stands twice"),
  fields: z.array(DraftField).max(ENVELOPE_LIMITS.fields).refine(haveOwnIds, "an id stands twice"),
  rules: z.array(FieldRule).max(RULE_LIMITS.rules).refine(haveOwnIds, "an id stands twice").default([]),
});

export type DraftContent = z.infer<typeof DraftContent>;
export type DraftRecipient = z.infer<typeof DraftRecipient>;
export type DraftField = z.infer<typeof DraftField>;

/** Whose turn each recipient's is: one after the other, or all at once. Copies go out at the end. */
export function turnOf(order: DraftContent["order"], position: number): number {
  return order === "sequential" ? position + 1 : 1;
}
