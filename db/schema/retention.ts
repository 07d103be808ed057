import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
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
import type { EnvelopeId, FieldId, MemberId, OrganizationId } from "#lib/ids.ts";
import type { HoldCriterion, HoldScope } from "#lib/retention/core/hold.ts";
import type { RuleKind } from "#lib/retention/core/rules.ts";
import type { Action, CountsFrom } from "#lib/retention/core/schedule.ts";
import type { Tombstone } from "#lib/retention/core/tombstone.ts";
import { envelopes } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const envelopeId = () => uuid("envelope_id").$type<EnvelopeId>();
const member = (name: string) => uuid(name).$type<MemberId>();

/**
 * One key for each envelope: it wraps the data keys of the envelope's files. With it gone, they are noise, wherever a
 * copy of them lies. No foreign key: a file may be stored while the envelope's row is locked.
 */
export const envelopeKeys = pgTable(
  "envelope_keys",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    /** By the master key; null once destroyed. */
    wrappedKey: bytes("wrapped_key"),
    createdAt: instant("created_at").notNull(),
    destroyedAt: instant("destroyed_at"),
  },
  (table) => [
    check("envelope_keys_destroyed", sql`(${table.wrappedKey} is null) = (${table.destroyedAt} is not null)`),
  ],
);

/** How long what ended in one way is kept, and why. */
export const retentionClasses = pgTable(
  "retention_classes",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** What starts the clock. */
    trigger: text("trigger").$type<"completion" | "void" | "expiry">().notNull(),
    years: integer("years").notNull(),
    /** The years begin when the envelope ends, or when the contract in it does: a limitation period. */
    countsFrom: text("counts_from").$type<CountsFrom>().notNull().default("end"),
    /** What is done when the years are over. */
    action: text("action").$type<Action>().notNull().default("destroy"),
    /** The law or contract that asks for it. */
    basis: text("basis").notNull(),
    /** For how many days more a certificate has to be valid that one of these documents is signed or sealed with. */
    leastCertificateDays: integer("least_certificate_days").notNull().default(0),
    /** For envelopes that ended so and name no class. */
    isDefault: boolean("is_default").notNull().default(false),
    /** A shorter time that somebody asked for and counsel has not approved. */
    askedYears: integer("asked_years"),
    askedCountsFrom: text("asked_counts_from").$type<CountsFrom>(),
    askedAction: text("asked_action").$type<Action>(),
    askedBy: member("asked_by"),
    createdAt: instant("created_at").notNull(),
    /** Given to no envelope any more; those that have it keep it. */
    retiredAt: instant("retired_at"),
  },
  (table) => [
    check("retention_classes_trigger", sql`${table.trigger} in ('completion', 'void', 'expiry')`),
    check(
      "retention_classes_counts_from",
      sql`${table.countsFrom} in ('end', 'last-activity', 'owner-left')
        or (${table.countsFrom} = 'contract-end' and ${table.trigger} = 'completion')`,
    ),
    check(
      "retention_classes_action",
      sql`${table.action} in ('destroy', 'review', 'keep')
        or (${table.action} in ('hand-over', 'archive') and ${table.trigger} = 'completion')`,
    ),
    check("retention_classes_certificate_days", sql`${table.leastCertificateDays} between 0 and 365`),
    check("retention_classes_years", sql`${table.years} between 0 and 100`),
    check(
      "retention_classes_asked",
      sql`num_nulls(${table.askedYears}, ${table.askedCountsFrom}, ${table.askedAction}, ${table.askedBy}) in (0, 4)
        and ${table.askedYears} between 0 and 100`,
    ),
    uniqueIndex("retention_classes_name")
      .on(table.organizationId, sql`lower(${table.name})`)
      .where(sql`retired_at is null`),
    uniqueIndex("retention_classes_default").on(table.organizationId, table.trigger).where(sql`is_default`),
  ],
);

/** The class somebody chose for an envelope. */
export const envelopeRetention = pgTable(
  "envelope_retention",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    classId: uuid("class_id").notNull(),
    chosenBy: member("chosen_by").notNull(),
    chosenAt: instant("chosen_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.classId], foreignColumns: [retentionClasses.id] }),
    index("envelope_retention_class").on(table.classId),
  ],
);

/** Which envelopes a class decides about where nobody chose one. */
export const retentionRules = pgTable(
  "retention_rules",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    classId: uuid("class_id").notNull(),
    kind: text("kind").$type<RuleKind>().notNull(),
    /** As it is compared: a template's id, a tag, an address or its domain, a jurisdiction. */
    value: text("value").notNull(),
    addedBy: member("added_by").notNull(),
    addedAt: instant("added_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.classId], foreignColumns: [retentionClasses.id] }),
    check("retention_rules_kind", sql`${table.kind} in ('template', 'tag', 'person', 'jurisdiction')`),
    uniqueIndex("retention_rules_once").on(table.classId, table.kind, table.value),
    index("retention_rules_list").on(table.organizationId, table.classId),
  ],
);

/** When the contract in an envelope ends, or which of its fields says so. */
export const contractEnds = pgTable(
  "contract_ends",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    /** A day of the calendar, as somebody entered it. */
    endsOn: date("ends_on", { mode: "string" }),
    /** Of the envelope: a date that a signer enters. */
    fieldId: uuid("field_id").$type<FieldId>(),
    setBy: member("set_by").notNull(),
    setAt: instant("set_at").notNull(),
    /** When it was said that it has ended. */
    notedAt: instant("noted_at"),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    check("contract_ends_one", sql`(${table.endsOn} is null) <> (${table.fieldId} is null)`),
  ],
);

/** Nothing a hold covers is changed or destroyed until it is released. */
export const legalHolds = pgTable(
  "legal_holds",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    matter: text("matter").notNull(),
    reason: text("reason").notNull(),
    scope: text("scope").$type<HoldScope>().notNull(),
    /** As in `HoldQuery`; what matches later is held too. */
    query: text("query").notNull(),
    /** What must be so besides, all of it together. */
    also: jsonb("also").$type<readonly HoldCriterion[]>().notNull().default([]),
    fromOn: date("from_on", { mode: "string" }),
    toOn: date("to_on", { mode: "string" }),
    placedBy: member("placed_by").notNull(),
    placedAt: instant("placed_at").notNull(),
    /** The first of the two people who release it. */
    releaseAskedBy: member("release_asked_by"),
    releaseAskedAt: instant("release_asked_at"),
    releasedBy: member("released_by"),
    releasedAt: instant("released_at"),
    releaseReason: text("release_reason"),
    /** What custodians are told; null for a silent hold, of which nobody is told. */
    notice: text("notice"),
  },
  (table) => [
    check(
      "legal_holds_scope",
      sql`${table.scope} in ('envelope', 'person', 'sender', 'title', 'tag', 'template', 'words', 'days')
        and (${table.scope} = 'days') = (${table.query} = '')
        and (${table.scope} <> 'days' or ${table.fromOn} is not null or ${table.toOn} is not null)
        and (${table.fromOn} is null or ${table.toOn} is null or ${table.fromOn} <= ${table.toOn})`,
    ),
    check(
      "legal_holds_released",
      sql`(${table.releasedAt} is null) = (${table.releasedBy} is null)
        and (${table.releaseAskedAt} is null) = (${table.releaseReason} is null)
        and (${table.releaseAskedAt} is null) = (${table.releaseAskedBy} is null)
        and (${table.releasedAt} is null or ${table.releaseAskedAt} is not null)`,
    ),
    index("legal_holds_list").on(table.organizationId, table.placedAt.desc()),
  ],
);

/** What a hold covers. */
export const heldEnvelopes = pgTable(
  "held_envelopes",
  {
    organizationId: organizationId(),
    holdId: uuid("hold_id").notNull(),
    envelopeId: envelopeId().notNull(),
    heldAt: instant("held_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.holdId, table.envelopeId] }),
    foreignKey({ columns: [table.holdId], foreignColumns: [legalHolds.id] }),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("held_envelopes_envelope").on(table.envelopeId),
  ],
);

/** People who have something a hold is about, and what became of telling them. */
export const holdCustodians = pgTable(
  "hold_custodians",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    holdId: uuid("hold_id").notNull(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    addedBy: member("added_by").notNull(),
    addedAt: instant("added_at").notNull(),
    /** A mail was last asked for; null while the hold is silent. */
    askedAt: instant("asked_at"),
    /** Mails since the words changed, the first among them. */
    asked: integer("asked").notNull().default(0),
    /** All mails that were asked for are numbered; the last one dealt with, and why the server refused it. */
    notices: integer("notices").notNull().default(0),
    mailed: integer("mailed").notNull().default(0),
    refusal: text("refusal"),
    acknowledgedAt: instant("acknowledged_at"),
    endedAt: instant("ended_at"),
  },
  (table) => [
    foreignKey({ columns: [table.holdId], foreignColumns: [legalHolds.id] }),
    check("hold_custodians_asked", sql`${table.acknowledgedAt} is null or ${table.askedAt} is not null`),
    uniqueIndex("hold_custodians_address")
      .on(table.holdId, sql`lower(${table.email})`)
      .where(sql`ended_at is null`),
    index("hold_custodians_list").on(table.organizationId, table.holdId),
  ],
);

/** Links in notices of holds: 256 random bits, of which only the hash is kept. */
export const holdNoticeTokens = pgTable(
  "hold_notice_tokens",
  {
    organizationId: organizationId(),
    tokenSha256: bytes("token_sha256").primaryKey(),
    custodianId: uuid("custodian_id").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.custodianId], foreignColumns: [holdCustodians.id] }),
    index("hold_notice_tokens_custodian").on(table.custodianId),
  ],
);

/** What one approval destroys, and the certificate over it. */
export const destructions = pgTable(
  "destructions",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    approvedBy: member("approved_by").notNull(),
    approverRole: text("approver_role").notNull(),
    approvedAt: instant("approved_at").notNull(),
    /** Of the certificate. */
    fileKey: text("file_key"),
    sha256: text("sha256"),
    sizeBytes: integer("size_bytes"),
    certifiedAt: instant("certified_at"),
  },
  (table) => [index("destructions_list").on(table.organizationId, table.approvedAt.desc())],
);

/** An envelope on its way to be destroyed: two people let it through, and each step is done once. */
export const purges = pgTable(
  "purges",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    state: text("state")
      .$type<"due" | "removed" | "archived" | "reviewed" | "approved" | "purging" | "purged">()
      .notNull(),
    /** What the class wanted when it came up. */
    action: text("action").$type<Action>().notNull().default("destroy"),
    /** Who had looked at it, or handed it over, before it was let through; to whom. */
    settledBy: member("settled_by"),
    settledAt: instant("settled_at"),
    handedTo: text("handed_to"),
    /** The worker found every copy of it whole in the archive. */
    archivedAt: instant("archived_at"),
    /** The first day on which it may be destroyed. */
    dueOn: date("due_on").notNull(),
    queuedAt: instant("queued_at").notNull(),
    /** Those who decide were told, first and once more: so long before that nothing is destroyed. */
    announcedAt: instant("announced_at"),
    remindedAt: instant("reminded_at"),
    removedBy: member("removed_by"),
    removedAt: instant("removed_at"),
    removeReason: text("remove_reason"),
    /** When it comes up again. */
    returnsOn: date("returns_on"),
    reviewedBy: member("reviewed_by"),
    reviewerRole: text("reviewer_role"),
    reviewedAt: instant("reviewed_at"),
    destructionId: uuid("destruction_id"),
    begunAt: instant("begun_at"),
    keyDestroyedAt: instant("key_destroyed_at"),
    filesDeletedAt: instant("files_deleted_at"),
    peopleForgottenAt: instant("people_forgotten_at"),
    purgedAt: instant("purged_at"),
  },
  (table) => [
    check(
      "purges_state",
      sql`${table.state} in ('due', 'removed', 'archived', 'reviewed', 'approved', 'purging', 'purged')`,
    ),
    check("purges_settled", sql`(${table.settledBy} is null) = (${table.settledAt} is null)`),
    check(
      "purges_let_through",
      sql`${table.state} not in ('approved', 'purging', 'purged')
        or (${table.reviewedBy} is not null and ${table.destructionId} is not null)`,
    ),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.destructionId], foreignColumns: [destructions.id] }),
    index("purges_queue").on(table.organizationId, table.state, table.dueOn),
    index("purges_destruction").on(table.destructionId),
  ],
);

/** What is left of a destroyed envelope: nothing about anybody, enough to prove what it was. Never changed. */
export const tombstones = pgTable(
  "tombstones",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    destructionId: uuid("destruction_id").notNull(),
    shortId: text("short_id").notNull(),
    /** Canonical JSON; its SHA-256 stands in the envelope's chain. */
    body: text("body").notNull(),
    content: jsonb("content").$type<Tombstone>().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.destructionId], foreignColumns: [destructions.id] }),
    index("tombstones_list").on(table.organizationId, table.createdAt.desc()),
    index("tombstones_destruction").on(table.destructionId),
  ],
);

/** A look at a completed envelope some months on: what was found not to hold, empty when all did. */
export const qualityChecks = pgTable(
  "quality_checks",
  {
    organizationId: organizationId(),
    envelopeId: envelopeId().primaryKey(),
    findings: jsonb("findings").$type<readonly string[]>().notNull(),
    checkedAt: instant("checked_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("quality_checks_list").on(table.organizationId, table.checkedAt.desc()),
  ],
);
