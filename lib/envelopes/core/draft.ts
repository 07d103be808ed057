import { z } from "zod";
import { MARK_LIMITS } from "#lib/identity/core/mark-methods.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { CHECK_METHODS } from "./checks.ts";
import { FieldRule, PersonCondition, RULE_LIMITS } from "./fields/field-rules.ts";
import { FieldSettings } from "./fields/field-settings.ts";
import { FIELD_TYPES } from "./fields/field-types.ts";
import { RECIPIENT_LANGUAGES } from "./languages.ts";
import { MEANINGS } from "./meanings.ts";
import { phoneNumber } from "./phone-number.ts";
import { RECIPIENT_ROLES } from "./roles.ts";
import { SIGNATURE_KINDS } from "./signature-kind.ts";

/** How large an envelope may be. */
export const ENVELOPE_LIMITS = {
  documents: 20,
  recipients: 50,
  fields: 2_000,
  /** Of one upload, of all documents together, and of one document: where the operator says nothing else. */
  documentBytes: 50 * 1024 ** 2,
  envelopeBytes: 200 * 1024 ** 2,
  pages: 2_000,
  /** So many no operator can allow. */
  mostPages: 10_000,
  mostDocuments: 100,
  mostRecipients: 200,
  mostFields: 5_000,
  titleLength: 200,
  messageLength: 2_000,
  /** ITU-T X.520 gives a certificate that much room for a name. */
  nameLength: 64,
  labelLength: 120,
  onBehalfLength: 64,
  /** How long people have to sign, from sending, where the sender says nothing. */
  expiryDays: 90,
  longestExpiryDays: 365,
  /** How often who has not acted is written to, where the sender says nothing. */
  reminderHours: 48,
} as const;

/** The same as the operator of this installation has settled them. */
export type EnvelopeLimits = { readonly [Key in keyof typeof ENVELOPE_LIMITS]: number };

/** What a new draft begins with where its organization says nothing. */
export const DRAFT_DEFAULTS = {
  order: "sequential",
  expiryDays: ENVELOPE_LIMITS.expiryDays,
  reminderHours: ENVELOPE_LIMITS.reminderHours,
} as const;

/** One after the other, all at once, or as each one's turn says. */
export const ORDERS = ["sequential", "parallel", "mixed"] as const;
export type Order = (typeof ORDERS)[number];

export const ROLE_NAME_LENGTH = 64;

const fraction = z.number().min(0).max(1);

export const DraftRecipient = z.object({
  id: z.uuid(),
  role: z.enum(RECIPIENT_ROLES),
  name: typedLine(ENVELOPE_LIMITS.nameLength),
  email: typedLine(254).transform((address) => address.toLowerCase()),
  /** Who this is in the agreement: `Tenant`. What a template is filled in by. */
  roleName: typedLine(ROLE_NAME_LENGTH).optional(),
  check: z.enum(CHECK_METHODS).default("none"),
  phone: typedLine(40).transform(phoneNumber).default(""),
  /** What their pages and mails are in; empty when pages follow their browser. */
  language: z.enum(RECIPIENT_LANGUAGES).default(""),
  /** Whose turn it is, in an order of one's own: people of one turn act at the same time. */
  turn: z.number().int().min(1).max(ENVELOPE_LIMITS.mostRecipients).default(1),
  /** Either that person or this one acts, whoever takes it on first; empty for somebody who acts themselves. */
  alternativeTo: z.union([z.uuid(), z.literal("")]).default(""),
  /** Who says, when finishing, who this person is; empty when the sender does. */
  namedBy: z.union([z.uuid(), z.literal("")]).default(""),
  /** Asked only where answers of those before are so. */
  onlyIf: PersonCondition.nullable().default(null),
  /** What a signer's signature means; empty where the sender does not say. */
  meaning: z.enum(["", ...MEANINGS]).default(""),
  /** The signer whose signature a witness saw, or a notary certifies; a notary of nobody certifies all before. */
  witnessOf: z
    .union([z.uuid(), z.literal("")])
    .default("")
    .optional(),
  /** The member in whose presence, and on whose device, they sign; left out for who gets a link. */
  hostId: z.uuid().nullish(),
  /** The sender gives them a link, by whatever way; no invitation is mailed. */
  isGivenLink: z.boolean().optional(),
  /** The sender's words for this person, besides the message to all. */
  note: typedText(ENVELOPE_LIMITS.messageLength).optional(),
  /** For whom they act: a firm, or a person. */
  onBehalfOf: typedLine(ENVELOPE_LIMITS.onBehalfLength).optional(),
  /** Days from being asked until they cannot act any more; left out, the envelope's time counts. */
  answerDays: z.number().int().min(1).max(ENVELOPE_LIMITS.longestExpiryDays).nullish(),
  /** The same as a moment, in UTC; one of the two at most. */
  answerUntil: z.iso.datetime().nullish(),
  /** Documents they are not shown, and do not sign. */
  hiddenDocuments: z.array(z.uuid()).max(ENVELOPE_LIMITS.mostDocuments).optional(),
  /** In what is made from this template the check stays as it is, and so does the person's place in it. */
  isCheckLocked: z.boolean().optional(),
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
    /** Its template says that it stays as it is. */
    isLocked: z.boolean().optional(),
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
  order: z.enum(ORDERS),
  /** Consumer where a law wants the information given to a consumer in writing (15 USC 7001(c)). */
  consentMode: z.enum(["business", "consumer"]).default("business"),
  /** Nobody finishes before every page was on their screen. */
  asksForEveryPage: z.boolean().default(false),
  /** Who makes the signatures; left out, this installation does. */
  signatureKind: z.enum(SIGNATURE_KINDS).optional(),
  /** Which provider does; empty for the one there is. */
  signatureProviderId: z.union([z.uuid(), z.literal("")]).optional(),
  /** How people make the signatures they sign with; typing is always possible. */
  markLimit: z.enum(MARK_LIMITS).default("any"),
  /** Days from sending until nobody can sign any more. */
  expiryDays: z
    .number()
    .int()
    .min(1)
    .max(ENVELOPE_LIMITS.longestExpiryDays)
    .default(ENVELOPE_LIMITS.expiryDays),
  /** Hours between one reminder and the next; null where only people remind. */
  reminderHours: z.number().int().min(24).max(720).nullable().default(ENVELOPE_LIMITS.reminderHours),
  recipients: z
    .array(DraftRecipient)
    .max(ENVELOPE_LIMITS.mostRecipients)
    .refine(haveOwnIds, "an id stands twice"),
  fields: z.array(DraftField).max(ENVELOPE_LIMITS.mostFields).refine(haveOwnIds, "an id stands twice"),
  rules: z.array(FieldRule).max(RULE_LIMITS.rules).refine(haveOwnIds, "an id stands twice").default([]),
});

export type DraftContent = z.infer<typeof DraftContent>;
export type EnvelopeWords = Omit<DraftContent, "recipients" | "fields" | "rules">;

/** What a sender says of an envelope as a whole, and nothing else of it. */
export function wordsOf({
  title,
  message,
  order,
  consentMode,
  asksForEveryPage,
  markLimit,
  expiryDays,
  reminderHours,
  signatureKind = "here",
  signatureProviderId = "",
}: EnvelopeWords): EnvelopeWords {
  const words = {
    title,
    message,
    order,
    consentMode,
    asksForEveryPage,
    markLimit,
    expiryDays,
    reminderHours,
  };
  return { ...words, signatureKind, signatureProviderId };
}
export type DraftRecipient = z.infer<typeof DraftRecipient>;
export type DraftField = z.infer<typeof DraftField>;

type InTurn = Pick<DraftRecipient, "id" | "turn" | "alternativeTo">;

/** Whose turn each recipient's is, by id; alternatives have one turn. Copies go out at the end. */
export function turnsOf(order: Order, recipients: readonly InTurn[]): ReadonlyMap<string, number> {
  const leaders = recipients.filter(({ alternativeTo }) => alternativeTo === "");
  const own = new Map(leaders.map(({ id, turn }, position) => [id, turnOf(order, position, turn)]));
  return new Map(recipients.map(({ id, alternativeTo }) => [id, own.get(alternativeTo) ?? own.get(id) ?? 1]));
}

/** The same people in another order. Turns of one's own begin as people stood before, and not with everybody at once. */
export function inOrder<Person extends InTurn>(
  before: Order,
  after: Order,
  people: readonly Person[],
): readonly Person[] {
  const isNew = after === "mixed" && before !== "mixed" && people.every(({ turn }) => turn === 1);
  if (!isNew) return people;
  const turns = turnsOf(before, people);
  return people.map((person) => ({ ...person, turn: turns.get(person.id)! }));
}

function turnOf(order: Order, position: number, turn: number): number {
  if (order === "mixed") return turn;
  return order === "sequential" ? position + 1 : 1;
}
