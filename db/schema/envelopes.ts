import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { CheckMethod, FurtherCheck } from "#lib/envelopes/core/checks.ts";
import type { EarlierSignatures } from "#lib/envelopes/core/documents/earlier-signatures.ts";
import type { Order } from "#lib/envelopes/core/draft.ts";
import type { CounselConfirmation } from "#lib/envelopes/core/exclusions.ts";
import type { FieldRule, PersonCondition } from "#lib/envelopes/core/fields/field-rules.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { Meaning } from "#lib/envelopes/core/meanings.ts";
import type { RecipientRole, RecipientState } from "#lib/envelopes/core/roles.ts";
import type { SignatureKind } from "#lib/envelopes/core/signature-kind.ts";
import type { MarkLimit } from "#lib/identity/core/mark-methods.ts";
import type {
  CertificateId,
  DocumentId,
  EnvelopeId,
  EventId,
  FieldFileId,
  FieldId,
  MemberId,
  OrganizationId,
  RecipientId,
  TemplateId,
} from "#lib/ids.ts";
import type { HandOverPurpose } from "#lib/signing/core/hand-over.ts";
import { keyTests } from "./key-tests.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const envelopeId = () => uuid("envelope_id").$type<EnvelopeId>().notNull();

/** Documents, recipients and fields sent together. */
export const envelopes = pgTable(
  "envelopes",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<EnvelopeId>().primaryKey(),
    /** What is printed in page margins and said on the telephone: `WH-7K2M-9QXD`. */
    shortId: text("short_id").notNull().unique(),
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    /** Members who may read it besides, and those who may act on it as its owner does. */
    readerIds: uuid("reader_ids").array().$type<readonly MemberId[]>().notNull().default(sql`'{}'::uuid[]`),
    helperIds: uuid("helper_ids").array().$type<readonly MemberId[]>().notNull().default(sql`'{}'::uuid[]`),
    title: text("title").notNull(),
    message: text("message").notNull().default(""),
    state: text("state")
      .$type<"draft" | "sent" | "sealing" | "completed" | "declined" | "voided" | "expired">()
      .notNull(),
    order: text("order").$type<Order>().notNull().default("sequential"),
    level: text("level").$type<"B-B" | "B-T" | "B-LT" | "B-LTA">().notNull(),
    /** Consumer where a law wants the information given to a consumer in writing (15 USC 7001(c)). */
    consentMode: text("consent_mode").$type<"business" | "consumer">().notNull().default("business"),
    /** Nobody finishes before every page was on their screen. */
    asksForEveryPage: boolean("asks_for_every_page").notNull().default(false),
    /** Who makes its people's signatures, and which provider does, once that is settled; empty where it is not. */
    signatureKind: text("signature_kind").$type<SignatureKind>().notNull().default("here"),
    signatureProviderId: text("signature_provider_id").notNull().default(""),
    /** How signatures may be made, beside being typed. */
    markLimit: text("mark_limit").$type<MarkLimit>().notNull().default("any"),
    /** Days from sending until nobody can sign any more. */
    expiryDays: integer("expiry_days").notNull().default(90),
    /** What answers change: which fields are there, needed, set. */
    rules: jsonb("rules").$type<readonly FieldRule[]>().notNull().default([]),
    /** Counts saved drafts, so that two windows do not overwrite each other. */
    version: integer("version").notNull().default(0),
    /** Why work on it waits, as a code; null when nothing waits. */
    waitingFor: text("waiting_for"),
    waitingSince: instant("waiting_since"),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    sentAt: instant("sent_at"),
    /** When a draft goes out by itself. */
    scheduledAt: instant("scheduled_at"),
    /** The IANA zone its sender reads that in. */
    scheduledZone: text("scheduled_zone"),
    scheduledBy: uuid("scheduled_by").$type<MemberId>(),
    /** Why it did not go out when it should have, as a code. */
    scheduleProblem: text("schedule_problem"),
    /** Revision 1 is certified and the first recipients may be told. */
    preparedAt: instant("prepared_at"),
    expiresAt: instant("expires_at"),
    /** Who has not acted is written to every so many hours; null where only people remind. */
    reminderHours: integer("reminder_hours").default(48),
    endedAt: instant("ended_at"),
    endReason: text("end_reason"),
    /** Where its people look for it; null in no folder. */
    folderId: uuid("folder_id"),
    tags: text("tags").array().notNull().default(sql`'{}'::text[]`),
    /** It is over, and somebody put it out of the way: lists of what is over leave it out. */
    filedAwayAt: instant("filed_away_at"),
    /** A draft its sender threw away. */
    deletedAt: instant("deleted_at"),
    /** A legal hold covers it: nothing of it is edited, voided or destroyed. */
    heldSince: instant("held_since"),
    /** Its key is destroyed; what is left of it is its tombstone and its chain. */
    purgedAt: instant("purged_at"),
    /** What a template is prepared on: it looks like a draft, stands in no list and is never sent. */
    isTemplate: boolean("is_template").notNull().default(false),
    /** The template it was made from, and which of its versions. */
    templateId: uuid("template_id").$type<TemplateId>(),
    templateVersion: integer("template_version"),
    /** The class it was sent under: what decided about its checks and steps stays, whatever becomes of its retention. */
    sentClassId: uuid("sent_class_id"),
    /** The class it is found by: the one somebody chose, else the one it was sent under. */
    classId: uuid("class_id"),
    /** That counsel was asked whether the law allows this one to be electronic (15 USC 7003). */
    counselConfirmation: jsonb("counsel_confirmation").$type<CounselConfirmation>(),
  },
  (table) => [
    check(
      "envelopes_state",
      sql`${table.state} in ('draft', 'sent', 'sealing', 'completed', 'declined', 'voided', 'expired')`,
    ),
    check("envelopes_signature_kind", sql`${table.signatureKind} in ('here', 'advanced', 'qualified')`),
    check("envelopes_consent_mode", sql`${table.consentMode} in ('business', 'consumer')`),
    // Ascending, and read from the end: descending ones would put nulls where no query asks for them.
    index("envelopes_list").on(table.organizationId, table.changedAt, table.id),
    index("envelopes_by_state").on(table.organizationId, table.state, table.changedAt, table.id),
    index("envelopes_by_owner").on(table.organizationId, table.ownerId, table.changedAt, table.id),
    index("envelopes_by_folder")
      .on(table.organizationId, table.folderId, table.changedAt, table.id)
      .where(sql`folder_id is not null`),
    index("envelopes_by_template")
      .on(table.organizationId, table.templateId, table.changedAt, table.id)
      .where(sql`template_id is not null`),
    index("envelopes_by_class")
      .on(table.organizationId, table.classId, table.changedAt, table.id)
      .where(sql`class_id is not null`),
    index("envelopes_held")
      .on(table.organizationId, table.changedAt, table.id)
      .where(sql`held_since is not null`),
    // What both of these are asked for together: few, among many of each.
    index("envelopes_held_by_class")
      .on(table.organizationId, table.classId, table.changedAt, table.id)
      .where(sql`held_since is not null and class_id is not null`),
    index("envelopes_by_provider")
      .on(table.organizationId, table.signatureKind, table.changedAt, table.id)
      .where(sql`signature_kind <> 'here'`),
    index("envelopes_filed_away")
      .on(table.organizationId, table.changedAt, table.id)
      .where(sql`filed_away_at is not null`),
    index("envelopes_not_filed_away")
      .on(table.organizationId, table.state, table.changedAt, table.id)
      .where(sql`filed_away_at is null`),
    index("envelopes_tags").using("gin", table.tags).where(sql`tags <> '{}'`),
    index("envelopes_readers").using("gin", table.readerIds).where(sql`reader_ids <> '{}'`),
    index("envelopes_helpers").using("gin", table.helperIds).where(sql`helper_ids <> '{}'`),
    index("envelopes_scheduled")
      .on(table.organizationId, table.scheduledAt)
      .where(sql`scheduled_at is not null`),
    // Holds all that times to completion are reckoned from.
    index("envelopes_completed")
      .on(table.organizationId, table.endedAt, table.sentAt, table.ownerId, table.templateId)
      .where(sql`state = 'completed'`),
    index("envelopes_completed_by_owner")
      .on(table.organizationId, table.ownerId, table.endedAt, table.sentAt)
      .where(sql`state = 'completed'`),
    index("envelopes_expiry").on(table.expiresAt).where(sql`state = 'sent'`),
  ],
);

/** One PDF in an envelope. Its bytes are in `document_revisions`. */
export const documents = pgTable(
  "documents",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<DocumentId>().primaryKey(),
    envelopeId: envelopeId(),
    position: integer("position").notNull(),
    name: text("name").notNull(),
    pages: jsonb("pages").$type<readonly PageShape[]>().notNull(),
    /** What normalization took away or settled, and how often. */
    changes: jsonb("changes").$type<Readonly<Record<string, number>>>().notNull(),
    /** The upload's signatures were flattened at the sender's wish. */
    flattensSignatures: boolean("flattens_signatures").notNull().default(false),
    /** Others sign the upload itself, so that its signatures stay valid. */
    keepsSignatures: boolean("keeps_signatures").notNull().default(false),
    /** What the upload's signatures and certificates said when it came in; null when it had none. */
    earlierSignatures: jsonb("earlier_signatures").$type<EarlierSignatures>(),
    /** Somebody said that it holds health data (PHI, 45 CFR 160.103). */
    holdsHealth: boolean("holds_health").notNull(),
    /** The normalized copy the sender sees while preparing. */
    previewKey: text("preview_key").notNull(),
    previewSha256: text("preview_sha256").notNull(),
    /** How it came about; null for what came in, or was put together from pages of several. */
    origin: jsonb("origin").$type<DocumentOrigin>(),
    createdAt: instant("created_at").notNull(),
    /** Taken out of a draft again. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    uniqueIndex("documents_position").on(table.envelopeId, table.position).where(sql`removed_at is null`),
  ],
);

/** How a version of a document came about, and from which one. */
export interface DocumentOrigin {
  readonly how: "edited" | "restored";
  /** The version before. */
  readonly from: DocumentId;
  /** The member. */
  readonly by: string | null;
  readonly marks: number;
  readonly additions: number;
  /** Of a restored one: which it is again. */
  readonly of?: DocumentId;
  /** Content was taken out of it, now or before: files with that content must not go along with it. */
  readonly isRedacted: boolean;
}

/** What a document was made from, when it did not arrive as the PDF it is: each file as it came. */
export const documentSources = pgTable(
  "document_sources",
  {
    organizationId: organizationId(),
    documentId: uuid("document_id").$type<DocumentId>().notNull(),
    position: integer("position").notNull(),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    /** What made a PDF of it, with its version: `LibreOffice 7.4.7.2`. */
    convertedBy: text("converted_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.position] }),
    foreignKey({ columns: [table.documentId], foreignColumns: [documents.id] }),
  ],
);

/** A page as displayed, in points of its default user space. */
export interface PageShape {
  readonly left: number;
  readonly bottom: number;
  readonly widthPt: number;
  readonly heightPt: number;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly userUnit: number;
}

/**
 * What a document was after each step. Revision 0 is the upload; revision 1 a whole file; every later one is the
 * bytes appended to the one before.
 */
export const documentRevisions = pgTable(
  "document_revisions",
  {
    organizationId: organizationId(),
    documentId: uuid("document_id").$type<DocumentId>().notNull(),
    number: integer("number").notNull(),
    kind: text("kind")
      .$type<
        | "original"
        | "prepared"
        | "certified"
        | "signed"
        | "sealed"
        | "validation-data"
        | "time-stamped"
        | "renewed"
      >()
      .notNull(),
    fileKey: text("file_key").notNull(),
    /** Of the stored bytes alone. */
    fileSha256: text("file_sha256").notNull(),
    /** Of the whole document at this revision. */
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.number] }),
    foreignKey({ columns: [table.documentId], foreignColumns: [documents.id] }),
    index("document_revisions_sha256").on(table.organizationId, table.sha256),
  ],
);

/** A person in an envelope. */
export const recipients = pgTable(
  "recipients",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<RecipientId>().primaryKey(),
    envelopeId: envelopeId(),
    position: integer("position").notNull(),
    /** Whose turn it is: recipients of one order act at the same time. */
    order: integer("order").notNull(),
    role: text("role").$type<RecipientRole>().notNull(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    /** Who this is in the agreement: `Tenant`. What a template is filled in by. */
    roleName: text("role_name").notNull().default(""),
    /** What the person shows beside having the link, before any document is shown. */
    check: text("check_method").$type<CheckMethod>().notNull().default("none"),
    /** What rules ask for besides. */
    furtherChecks: jsonb("further_checks").$type<readonly FurtherCheck[]>().notNull().default([]),
    /** E.164, where a text message goes. */
    phone: text("phone").notNull().default(""),
    /** BCP 47, the sender's choice; empty when pages follow the reader's browser. */
    language: text("language").$type<Language | "">().notNull().default(""),
    /** What their signature means, as the sender said; empty where not. */
    meaning: text("meaning").$type<Meaning | "">().notNull().default(""),
    /** What the person chose on their own pages: it goes before all else. */
    chosenLanguage: text("chosen_language").$type<Language>(),
    state: text("state").$type<RecipientState>().notNull().default("waiting"),
    /** Either that person acts or this one: whoever takes it on first. */
    alternativeTo: uuid("alternative_to").$type<RecipientId>(),
    /** Who says, when finishing, who this person is: until then there is no name and no address. */
    namedBy: uuid("named_by").$type<RecipientId>(),
    /** Asked only where an answer of somebody before is so. */
    onlyIf: jsonb("only_if").$type<PersonCondition>(),
    /** The signer whose signature they witness or certify. */
    witnessOf: uuid("witness_of").$type<RecipientId>(),
    /** The member who hosts this person: they sign on the host's device, and get no link. */
    hostId: uuid("host_id").$type<MemberId>(),
    /** The sender gives them a link: no invitation is mailed. */
    isGivenLink: boolean("is_given_link").notNull().default(false),
    /** The sender's words for this person alone; whoever takes their place is not told. */
    note: text("note").notNull().default(""),
    /** For whom they act: a firm, or a person. As the sender says; nobody has checked it. */
    onBehalfOf: text("on_behalf_of").notNull().default(""),
    /** How many days they have from being asked, or until when; null where only the envelope's time counts. */
    answerDays: integer("answer_days"),
    answerUntil: instant("answer_until"),
    /** Of who was asked: when their own time is over. */
    dueAt: instant("due_at"),
    /** It was over before they had acted: their link has ended, and the envelope waits for its sender. */
    lapsedAt: instant("lapsed_at"),
    /** Documents they are not shown, and do not sign. */
    hiddenDocuments: uuid("hidden_documents")
      .array()
      .$type<readonly DocumentId[]>()
      .notNull()
      .default(sql`'{}'::uuid[]`),
    /** Its template says how they show who they are, and nobody asks for anything else. */
    isCheckLocked: boolean("is_check_locked").notNull().default(false),
    /** Who had handed it on to this person. */
    delegatedFrom: uuid("delegated_from").$type<RecipientId>(),
    notifiedAt: instant("notified_at"),
    /** When their link was fetched last, by whomever: it is no view. */
    openedAt: instant("opened_at"),
    remindedAt: instant("reminded_at"),
    /** A reminder was due and held back, since mail to them came back; null again once they are mailed anew. */
    reminderHeldAt: instant("reminder_held_at"),
    viewedAt: instant("viewed_at"),
    consentedAt: instant("consented_at"),
    consentNotice: text("consent_notice"),
    finishedAt: instant("finished_at"),
    declinedAt: instant("declined_at"),
    declineReason: text("decline_reason"),
    /** The event that records the act; its hash goes into the signer's certificate. */
    finishedEventId: uuid("finished_event_id").$type<EventId>(),
    /** The signer's revision is stored in every document. */
    signedAt: instant("signed_at"),
    /** The newest revision when the person's turn began: no older one may be what they saw. */
    firstRevision: integer("first_revision"),
  },
  (table) => [
    check(
      "recipients_check",
      sql`${table.check} in ('none', 'email-code', 'sms-code', 'access-code', 'authenticator', 'second-factor',
        'sms-and-second-factor', 'passkey', 'sso', 'identity-document')`,
    ),
    check(
      "recipients_meaning",
      sql`${table.meaning} in ('', 'authorship', 'review', 'approval', 'responsibility')`,
    ),
    check(
      "recipients_role",
      sql`${table.role} in ('signer', 'witness', 'notary', 'editor', 'approver', 'viewer', 'copy')`,
    ),
    check(
      "recipients_state",
      sql`${table.state} in ('waiting', 'notified', 'viewed', 'consented', 'finished', 'declined', 'delegated', 'released', 'skipped')`,
    ),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    check("recipients_answer_days", sql`${table.answerDays} between 1 and 365`),
    uniqueIndex("recipients_delegated_once").on(table.delegatedFrom),
    index("recipients_due")
      .on(table.organizationId, table.dueAt)
      .where(sql`due_at is not null and lapsed_at is null and state in ('notified', 'viewed', 'consented')`),
    index("recipients_envelope").on(table.envelopeId, table.order, table.position),
    index("recipients_awaited_by_email")
      .on(table.organizationId, table.email)
      .where(sql`state in ('notified', 'viewed', 'consented')`),
    index("recipients_awaited")
      .on(table.organizationId, sql`coalesce(${table.remindedAt}, ${table.notifiedAt})`)
      .where(sql`state in ('notified', 'viewed', 'consented')`),
  ],
);

/** Links that were mailed: the hash of a 256-bit token. Any number may be alive until the person is done. */
export const recipientTokens = pgTable(
  "recipient_tokens",
  {
    organizationId: organizationId(),
    tokenSha256: bytes("token_sha256").primaryKey(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    /** Made on a host's device, for one person and one turn. */
    kioskSessionId: uuid("kiosk_session_id"),
    createdAt: instant("created_at").notNull(),
    /** From then on the link only says how things ended. */
    endedAt: instant("ended_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("recipient_tokens_recipient").on(table.recipientId),
  ],
);

/** Links that a sender made to give to somebody by their own way: the hash of a 256-bit token, which no mail holds. */
export const hostedLinks = pgTable(
  "hosted_links",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: envelopeId(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    tokenSha256: bytes("token_sha256").notNull().unique(),
    madeBy: uuid("made_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("hosted_links_envelope").on(table.envelopeId),
    index("hosted_links_recipient").on(table.recipientId),
  ],
);

/** A place on a page for one recipient's value. */
export const fields = pgTable(
  "fields",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<FieldId>().primaryKey(),
    envelopeId: envelopeId(),
    documentId: uuid("document_id").$type<DocumentId>().notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    type: text("type").$type<FieldType>().notNull(),
    /** From 0. */
    page: integer("page").notNull(),
    /** Fractions of the page as displayed, origin top left. */
    x: doublePrecision("x").notNull(),
    y: doublePrecision("y").notNull(),
    width: doublePrecision("width").notNull(),
    height: doublePrecision("height").notNull(),
    label: text("label").notNull().default(""),
    isRequired: boolean("is_required").notNull(),
    /** What its type has to be told beside: options, limits, group, formula. */
    settings: jsonb("settings").$type<FieldSettings>().notNull().default({}),
    /** What an editor left in it; null until one has passed it on. */
    editedValue: text("edited_value"),
    /** Its template says that it stays as it is. */
    isLocked: boolean("is_locked").notNull().default(false),
  },
  (table) => [
    check(
      "fields_type",
      sql`${table.type} in (
        'signature', 'initials', 'stamp', 'date', 'name', 'forename', 'surname', 'title', 'company',
        'text', 'cells', 'day', 'number', 'amount', 'email', 'phone', 'ssn', 'ein', 'zip',
        'pattern', 'checkbox', 'radio', 'dropdown', 'attachment', 'image', 'payment', 'formula',
        'link', 'note', 'approve', 'decline')`,
    ),
    check(
      "fields_on_page",
      sql`${table.x} >= 0 and ${table.y} >= 0 and ${table.width} > 0 and ${table.height} > 0
        and ${table.x} + ${table.width} <= 1.000001 and ${table.y} + ${table.height} <= 1.000001`,
    ),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("fields_envelope").on(table.envelopeId),
    index("fields_recipient").on(table.recipientId),
  ],
);

/** What a signer entered, saved as they go. */
export const fieldValues = pgTable(
  "field_values",
  {
    organizationId: organizationId(),
    fieldId: uuid("field_id").$type<FieldId>().primaryKey(),
    /** Text as it is kept; `yes` or empty for a checkbox; `adopted` for a mark; the id of a file. */
    value: text("value").notNull(),
    /** Of a sensitive field: the file that holds its value, under the envelope's key; nothing else does. */
    sealedKey: text("sealed_key"),
    sealedSha256: text("sealed_sha256"),
    savedAt: instant("saved_at").notNull(),
  },
  (table) => [foreignKey({ columns: [table.fieldId], foreignColumns: [fields.id] })],
);

/** What a signer gave to be attached, or as a picture in a field; a changed mind makes a new row. */
export const fieldFiles = pgTable(
  "field_files",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<FieldFileId>().primaryKey(),
    envelopeId: envelopeId(),
    fieldId: uuid("field_id").$type<FieldId>().notNull(),
    name: text("name").notNull(),
    /** As its bytes say, whatever its name says. */
    mediaType: text("media_type").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    sha256: text("sha256").notNull(),
    fileKey: text("file_key").notNull(),
    /** Of a picture: its pixels as they are drawn. */
    pixelsKey: text("pixels_key"),
    widthPx: integer("width_px"),
    heightPx: integer("height_px"),
    addedAt: instant("added_at").notNull(),
    /** Of the kit on whose device it was given without a network; it stands in the field once that act is applied. */
    kitId: uuid("kit_id"),
  },
  (table) => [
    foreignKey({ columns: [table.fieldId], foreignColumns: [fields.id] }),
    index("field_files_envelope").on(table.envelopeId),
    // Sent twice, it is kept once.
    uniqueIndex("field_files_kit").on(table.kitId, table.fieldId, table.sha256, table.name),
  ],
);

/** The mark a signer adopted as signature or initials; a changed mind makes a new row. */
export const marks = pgTable(
  "marks",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    kind: text("kind").$type<"signature" | "initials">().notNull(),
    method: text("method").$type<"typed" | "drawn" | "uploaded">().notNull(),
    /** What is drawn: text and style, strokes, or the size of the stored picture. */
    content: jsonb("content").notNull(),
    /** Of the picture's pixels, when uploaded. */
    fileKey: text("file_key"),
    sha256: text("sha256").notNull(),
    adoptedAt: instant("adopted_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("marks_recipient").on(table.recipientId, table.kind, table.adoptedAt),
  ],
);

/** An image of a page as it was shown, so that what was seen can be proved. */
export const pageImages = pgTable(
  "page_images",
  {
    organizationId: organizationId(),
    documentId: uuid("document_id").$type<DocumentId>().notNull(),
    /** The revision drawn; -1 is the preview of a draft. */
    revision: integer("revision").notNull(),
    page: integer("page").notNull(),
    widthPx: integer("width_px").notNull(),
    heightPx: integer("height_px").notNull(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    renderer: text("renderer").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.revision, table.page, table.widthPx] }),
    foreignKey({ columns: [table.documentId], foreignColumns: [documents.id] }),
  ],
);

/**
 * Intent before key: what one step on one document is about to do. A retry finds the row and goes on from it;
 * one document has one unfinished step at a time.
 */
export const signingSteps = pgTable(
  "signing_steps",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: envelopeId(),
    documentId: uuid("document_id").$type<DocumentId>().notNull(),
    /** The revision it makes. */
    revision: integer("revision").notNull(),
    kind: text("kind")
      .$type<"certified" | "signed" | "sealed" | "validation-data" | "time-stamped" | "renewed">()
      .notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>(),
    certificateId: uuid("certificate_id").$type<CertificateId>(),
    /** SHA-256 of the document it goes on from; a result for any other is dropped. */
    baseSha256: text("base_sha256").notNull(),
    /** The time that goes into the signature dictionary. */
    at: instant("at").notNull(),
    /** 32 bytes: every random choice of the update comes from it, so that a retry makes the same bytes. */
    seed: bytes("seed").notNull(),
    doneAt: instant("done_at"),
  },
  (table) => [
    foreignKey({ columns: [table.documentId], foreignColumns: [documents.id] }),
    index("signing_steps_document").on(table.documentId, table.revision),
    index("signing_steps_envelope").on(table.envelopeId),
    index("signing_steps_certificate").on(table.certificateId, table.doneAt),
    uniqueIndex("signing_steps_one_open").on(table.documentId).where(sql`done_at is null`),
  ],
);

/** Certificates that signed for this organization: each signer's, and the seal's. */
export const certificates = pgTable(
  "certificates",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<CertificateId>().primaryKey(),
    kind: text("kind").$type<"signer" | "seal">().notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    recipientId: uuid("recipient_id").$type<RecipientId>(),
    /** Of ours; null when another's issued it. */
    authorityId: uuid("authority_id"),
    /** Another's certificates above it, as PEM. */
    chainPem: text("chain_pem"),
    serial: text("serial").notNull(),
    subject: text("subject").notNull(),
    issuer: text("issuer").notNull(),
    sha256: text("sha256").notNull(),
    der: bytes("der").notNull(),
    /** All that one may be looking for, lower case: names, address, serial, fingerprint, the envelope's id and title. */
    searchText: text("search_text").notNull(),
    notBefore: instant("not_before").notNull(),
    notAfter: instant("not_after").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("certificates_envelope").on(table.envelopeId),
    index("certificates_newest").on(table.organizationId, table.createdAt, table.id),
    index("certificates_sha256").on(table.organizationId, table.sha256),
    // Others' are few among ours: whoever looks for them walks past none.
    index("certificates_foreign")
      .on(table.organizationId, table.createdAt, table.id)
      .where(sql`authority_id is null`),
    index("certificates_ends").on(table.organizationId, table.notAfter),
    index("certificates_search").using("gin", sql`${table.searchText} gin_trgm_ops`),
    uniqueIndex("certificates_serial").on(table.authorityId, table.serial),
    check("certificates_issuer", sql`(${table.authorityId} is null) = (${table.chainPem} is not null)`),
  ],
);

/** The organization's own keys: it certifies what it sends and seals what is signed. */
export const signingKeys = pgTable(
  "signing_keys",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    provider: text("provider").notNull(),
    keyId: text("key_id").notNull(),
    algorithm: text("algorithm").notNull(),
    certificateId: uuid("certificate_id").$type<CertificateId>().notNull(),
    isActive: boolean("is_active").notNull(),
    /** Kept elsewhere for when the first cannot be reached. */
    isStandby: boolean("is_standby").notNull().default(false),
    /** Somebody chose its place or algorithm, other than the settings say: they do not change it. */
    isChosen: boolean("is_chosen").notNull().default(false),
    /** The report of its test signing, and whether it passed: without that it is never in use. */
    testId: uuid("test_id").notNull(),
    isTested: boolean("is_tested").notNull(),
    /** From then on it signs nothing, also not what was begun with it: its certificate was revoked. */
    blockedAt: instant("blocked_at"),
    /** When another key took its place; what was begun with it may still be ended with it for a while. */
    replacedAt: instant("replaced_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("signing_keys_active").on(table.organizationId).where(sql`is_active`),
    foreignKey({ columns: [table.testId, table.isTested], foreignColumns: [keyTests.id, keyTests.isPassed] }),
    check("signing_keys_tested", sql`is_tested or not is_active`),
  ],
);

/** Files made at the end: the audit trail, and what goes with it. */
export const artifacts = pgTable(
  "artifacts",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId(),
    kind: text("kind").$type<"audit-trail">().notNull(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.envelopeId, table.kind] }),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
  ],
);

/** What a telephone does for a page that is open elsewhere: five minutes, one telephone, one signature or one file. */
export const handOvers = pgTable(
  "hand_overs",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: envelopeId(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    purpose: text("purpose").$type<HandOverPurpose>().notNull(),
    /** The field a file is given for. */
    fieldId: uuid("field_id").$type<FieldId>(),
    /** The link of the page that goes on elsewhere, sealed; gone once somebody went on, or it ended. */
    sealedLink: bytes("sealed_link"),
    codeSha256: bytes("code_sha256").notNull().unique(),
    /** Four characters that stand on both screens. */
    match: text("match").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Of what the one telephone got that opened it. */
    claimSha256: bytes("claim_sha256"),
    claimedAt: instant("claimed_at"),
    /** What is drawn so far; emptied when it ends. */
    strokes: jsonb("strokes")
      .$type<readonly (readonly { x: number; y: number; pressure?: number }[])[]>()
      .notNull(),
    /** The person said on the telephone that this is their signature. */
    doneAt: instant("done_at"),
    endedAt: instant("ended_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("hand_overs_recipient").on(table.recipientId, table.createdAt),
    check("hand_overs_purpose", sql`${table.purpose} in ('signature', 'file', 'page')`),
    check("hand_overs_field", sql`(${table.purpose} = 'file') = (${table.fieldId} is not null)`),
  ],
);
