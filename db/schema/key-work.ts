import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Moving a key from one place to another, as a dated checklist over thirty days. */
export const keyProjects = pgTable(
  "key_projects",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    title: text("title").notNull(),
    scope: text("scope").notNull(),
    /** Who allowed it, and where that is written. */
    authority: text("authority").notNull(),
    formats: text("formats").notNull(),
    startsAt: instant("starts_at").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [index("key_projects_list").on(table.organizationId, table.createdAt.desc())],
);

export const keyProjectSteps = pgTable(
  "key_project_steps",
  {
    organizationId: organizationId(),
    projectId: uuid("project_id").notNull(),
    step: text("step").notNull(),
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    dueAt: instant("due_at").notNull(),
    doneAt: instant("done_at"),
    doneBy: uuid("done_by").$type<MemberId>(),
    /** Not needed this time; the evidence says why. */
    isWaived: boolean("is_waived").notNull().default(false),
    evidence: text("evidence"),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.step] }),
    foreignKey({ columns: [table.projectId], foreignColumns: [keyProjects.id] }),
    check("key_project_steps_done", sql`(done_at is null) = (evidence is null)`),
    index("key_project_steps_open").on(table.organizationId, table.dueAt).where(sql`done_at is null`),
  ],
);

export interface ScriptStep {
  /** Read aloud. */
  readonly say: string;
  /** What has to be seen then. */
  readonly expect: string;
}

/** A version of a script for key ceremonies that the organization wrote; those we bring are not here. */
export const keyScripts = pgTable(
  "key_scripts",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    version: integer("version").notNull(),
    custodiansNeeded: integer("custodians_needed").notNull(),
    steps: jsonb("steps").$type<readonly ScriptStep[]>().notNull(),
    sha256: text("sha256").notNull(),
    publishedBy: text("published_by").notNull(),
    publishedAt: instant("published_at").notNull(),
  },
  (table) => [unique("key_scripts_version").on(table.organizationId, table.name, table.version)],
);

export type KeyCeremonyRole = "administrator" | "operator" | "custodian" | "witness" | "auditor";

/** A script carried out before witnesses. What happens stands in its entries. */
export const keyCeremonies = pgTable(
  "key_ceremonies",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    title: text("title").notNull(),
    place: text("place").notNull(),
    scriptName: text("script_name").notNull(),
    scriptVersion: integer("script_version").notNull(),
    scriptSha256: text("script_sha256").notNull(),
    /** The script as it was when the ceremony began. */
    steps: jsonb("steps").$type<readonly ScriptStep[]>().notNull(),
    people: jsonb("people").$type<readonly KeyCeremonyPerson[]>().notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    outcome: text("outcome").$type<"completed" | "abandoned">(),
  },
  (table) => [
    check("key_ceremonies_end", sql`(ended_at is null) = (outcome is null)`),
    index("key_ceremonies_list").on(table.organizationId, table.startedAt.desc()),
  ],
);

export interface KeyCeremonyPerson {
  readonly memberId: MemberId;
  readonly name: string;
  readonly email: string;
  readonly role: KeyCeremonyRole;
}

/** What was done in a ceremony, one line after the other, each with the hash of the one before. */
export const keyCeremonyEntries = pgTable(
  "key_ceremony_entries",
  {
    organizationId: organizationId(),
    ceremonyId: uuid("ceremony_id").notNull(),
    sequence: integer("sequence").notNull(),
    /** Canonical JSON, as hashed. */
    body: text("body").notNull(),
    previousHash: bytes("previous_hash").notNull(),
    hash: bytes("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.ceremonyId, table.sequence] }),
    foreignKey({ columns: [table.ceremonyId], foreignColumns: [keyCeremonies.id] }),
  ],
);

export type KeyRecordKind = "project" | "ceremony" | "custody" | "backup" | "certificate-check" | "key-test";

/** What was done with keys, as files that the organization sealed. */
export const keyRecords = pgTable(
  "key_records",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<KeyRecordKind>().notNull(),
    /** The project, ceremony, export or backup it is about. */
    subjectId: uuid("subject_id").notNull(),
    /** How much had happened by then: a later edition says all that an earlier one did. */
    edition: integer("edition").notNull(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("key_records_edition").on(table.organizationId, table.kind, table.subjectId, table.edition),
  ],
);

/** Which reminder or alert went out: each goes once. */
export const keyNotices = pgTable(
  "key_notices",
  {
    organizationId: organizationId(),
    notice: text("notice").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.notice] })],
);
