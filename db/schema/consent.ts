import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, EventId, MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";
import { envelopes, recipients } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const envelopeId = () => uuid("envelope_id").$type<EnvelopeId>().notNull();
const recipientId = () => uuid("recipient_id").$type<RecipientId>().notNull();

/** What people are told before they agree to sign electronically. Once published, a row never changes. */
export const consentNotices = pgTable(
  "consent_notices",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    mode: text("mode").$type<"business" | "consumer">().notNull(),
    /** `consumer-2`: counted for each mode and language. */
    version: text("version").notNull(),
    locale: text("locale").notNull(),
    /** What counsel edits, by name of the part. */
    parts: jsonb("parts").$type<Readonly<Record<string, string>>>().notNull(),
    /** The exact text shown, and its hash; empty in a draft. */
    body: text("body").notNull().default(""),
    sha256: text("sha256").notNull().default(""),
    createdAt: instant("created_at").notNull(),
    /** Null for what comes with the product. */
    createdBy: uuid("created_by").$type<MemberId>(),
    publishedAt: instant("published_at"),
    /** What it asks of people, or says to them, is materially other than before: who agreed earlier is asked anew. */
    isMaterial: boolean("is_material").notNull().default(false),
    /** Who has signed under earlier versions is mailed what has changed. */
    isTold: boolean("is_told").notNull().default(false),
    publishedBy: uuid("published_by").$type<MemberId>(),
  },
  (table) => [
    check("consent_notices_mode", sql`${table.mode} in ('business', 'consumer')`),
    check(
      "consent_notices_published",
      sql`${table.publishedAt} is null or (${table.body} <> '' and length(${table.sha256}) = 64)`,
    ),
    unique("consent_notices_version").on(table.organizationId, table.version, table.locale),
    uniqueIndex("consent_notices_draft")
      .on(table.organizationId, table.mode, table.locale)
      .where(sql`published_at is null`),
  ],
);

/** The word in a notice's PDF that a consumer reads back, to show that such a file opens for them. */
export const noticeTrials = pgTable(
  "notice_trials",
  {
    organizationId: organizationId(),
    recipientId: recipientId().primaryKey(),
    noticeSha256: text("notice_sha256").notNull(),
    word: text("word").notNull(),
    /** The word among others, for whom choosing is easier than typing. */
    choices: jsonb("choices").$type<readonly string[]>().notNull(),
    pdfSha256: text("pdf_sha256").notNull(),
    createdAt: instant("created_at").notNull(),
    passedAt: instant("passed_at"),
    method: text("method").$type<"typed" | "chosen">(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
  ],
);

/** What each person did about electronic records, for looking it up by person; the chain holds the proof. */
export const consentActs = pgTable(
  "consent_acts",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Hash of organization and address: names a person in addresses of pages. */
    personKey: bytes("person_key").notNull(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    envelopeId: envelopeId(),
    recipientId: recipientId(),
    kind: text("kind").$type<ConsentActKind>().notNull(),
    mode: text("mode").$type<"business" | "consumer">(),
    version: text("version"),
    locale: text("locale"),
    noticeSha256: text("notice_sha256"),
    /** How it was shown that the person can open such a file; null where nobody has to. */
    demonstration: text("demonstration").$type<"typed" | "chosen">(),
    /** The person's own words: a reason, an address for paper, a new address. */
    detail: text("detail").notNull().default(""),
    eventId: uuid("event_id").$type<EventId>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    check(
      "consent_acts_kind",
      sql`${table.kind} in ('given', 'withdrawn', 'paper-requested', 'contact-changed')`,
    ),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("consent_acts_list").on(table.organizationId, table.at.desc(), table.id.desc()),
    index("consent_acts_person").on(table.organizationId, table.personKey, table.at.desc()),
    index("consent_acts_email").on(table.organizationId, table.email, table.at.desc()),
    index("consent_acts_recipient").on(table.recipientId),
  ],
);

export type ConsentActKind = "given" | "withdrawn" | "paper-requested" | "contact-changed";

/** Paper copies that were asked for, until somebody says that one is on its way. */
export const paperRequests = pgTable(
  "paper_requests",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    actId: uuid("act_id").notNull(),
    envelopeId: envelopeId(),
    recipientId: recipientId(),
    requestedAt: instant("requested_at").notNull(),
    sentAt: instant("sent_at"),
    sentBy: uuid("sent_by").$type<MemberId>(),
  },
  (table) => [
    foreignKey({ columns: [table.actId], foreignColumns: [consentActs.id] }),
    index("paper_requests_envelope").on(table.envelopeId),
  ],
);

/** Signatures people keep for next time, with one organization; the mark itself is an encrypted file. */
export const savedMarks = pgTable(
  "saved_marks",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Names the person by their address, and tells nothing of it. */
    personKey: bytes("person_key").notNull(),
    kind: text("kind").$type<"signature" | "initials">().notNull(),
    method: text("method").$type<"typed" | "drawn" | "uploaded">().notNull(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    savedAt: instant("saved_at").notNull(),
    /** When the person removed it, or kept another; the file is gone then. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    uniqueIndex("saved_marks_one")
      .on(table.organizationId, table.personKey, table.kind)
      .where(sql`removed_at is null`),
  ],
);
