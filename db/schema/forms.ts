import { sql } from "drizzle-orm";
import {
  customType,
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
import type { FormProblem } from "#lib/envelopes/core/forms/catalogue.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

const words = customType<{ data: string }>({ dataType: () => "tsvector" });
const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** The forms library: what forms there are, where each comes from, and its PDF where somebody brought it. */
export const libraryForms = pgTable(
  "library_forms",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** What a catalogue knows it again by. */
    key: text("key").notNull(),
    title: text("title").notNull(),
    sortTitle: text("sort_title").notNull(),
    number: text("number").notNull(),
    agency: text("agency").notNull(),
    /** ISO 3166: `US`, `US-CA`. */
    jurisdiction: text("jurisdiction").notNull(),
    subject: text("subject").notNull(),
    kind: text("kind").notNull(),
    keywords: text("keywords").notNull(),
    source: text("source").notNull(),
    edition: text("edition").notNull(),
    editionOn: date("edition_on", { mode: "string" }).notNull(),
    /** The day on which somebody last looked at the source; null where nobody did. */
    checkedOn: date("checked_on", { mode: "string" }),
    /** The member who looked; null where the catalogue says so. */
    checkedBy: uuid("checked_by").$type<MemberId>(),
    /** The name of its PDF among the files that come with the catalogue. */
    fileName: text("file_name").notNull(),
    /** What the catalogue says its PDF hashes to. */
    expectedSha256: text("expected_sha256"),
    /** The PDF of this edition; null until somebody brings it. */
    fileKey: text("file_key"),
    fileSha256: text("file_sha256"),
    fileSizeBytes: integer("file_size_bytes"),
    fileAddedAt: instant("file_added_at"),
    fileAddedBy: uuid("file_added_by").$type<MemberId>(),
    words: words("words").notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    uniqueIndex("library_forms_key").on(table.organizationId, table.key),
    index("library_forms_list").on(table.organizationId, table.sortTitle, table.id),
    index("library_forms_jurisdiction").on(
      ...([table.organizationId, table.jurisdiction, table.sortTitle, table.id] as const),
    ),
    index("library_forms_subject").on(table.organizationId, table.subject, table.sortTitle, table.id),
    index("library_forms_kind").on(table.organizationId, table.kind, table.sortTitle, table.id),
    index("library_forms_words").using("gin", table.words),
    index("library_forms_file")
      .on(table.organizationId, sql`lower(${table.fileName})`)
      .where(sql`file_name <> ''`),
  ],
);

/** A catalogue that was brought, and what became of its rows. */
export const formImports = pgTable(
  "form_imports",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    fileName: text("file_name").notNull(),
    format: text("format").notNull(),
    tableSha256: bytes("table_sha256").notNull(),
    header: jsonb("header").$type<readonly string[]>().notNull(),
    added: integer("added").notNull(),
    changed: integer("changed").notNull(),
    same: integer("same").notNull(),
    newEditions: integer("new_editions").notNull(),
    wrong: integer("wrong").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("form_imports_list").on(table.organizationId, table.createdAt, table.id)],
);

/** Rows that did not come in, as they were, with what is wrong. */
export const formImportRows = pgTable(
  "form_import_rows",
  {
    organizationId: organizationId(),
    importId: uuid("import_id").notNull(),
    line: integer("line").notNull(),
    cells: jsonb("cells").$type<readonly string[]>().notNull(),
    problems: jsonb("problems").$type<readonly FormProblem[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.importId, table.line] }),
    foreignKey({ columns: [table.importId], foreignColumns: [formImports.id] }),
  ],
);

/** Forms that are sent together again and again. */
export const formPackages = pgTable(
  "form_packages",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    /** In the order in which they are sent. */
    formIds: jsonb("form_ids").$type<readonly string[]>().notNull(),
    /** What their fields hold at first, by label. */
    values: jsonb("values").$type<Readonly<Record<string, string>>>().notNull(),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [index("form_packages_list").on(table.organizationId, table.changedAt)],
);
