import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import { envelopes } from "#db/schema/envelopes.ts";
import type { CustodyParts } from "#lib/evidence/core/package/custody-parts.ts";
import type { EnvelopeId, MemberId, OrganizationId, PackageId } from "#lib/ids.ts";

/** What a custodian's declaration says around the facts, as counsel worded it. Never changed; the newest counts. */
export const custodyWordings = pgTable(
  "custody_wordings",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** From 2: the first comes with the product. */
    number: integer("number").notNull(),
    parts: jsonb("parts").$type<CustodyParts>().notNull(),
    /** Of the parts in canonical JSON. */
    sha256: text("sha256").notNull(),
    createdAt: instant("created_at").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
  },
  (table) => [
    check("custody_wordings_number", sql`${table.number} > 1`),
    unique("custody_wordings_once").on(table.organizationId, table.number),
  ],
);

/**
 * Evidence packages: each one ZIP file of everything that was known when it was asked for. What its signature is
 * over is kept before the key is used, so that building it again gives the same bytes.
 */
export const evidencePackages = pgTable(
  "evidence_packages",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").$type<PackageId>().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    variant: text("variant").$type<"full" | "redacted">().notNull(),
    /** What every number of a production begins with; empty for none. */
    batesPrefix: text("bates_prefix").notNull().default(""),
    /** Position of the last event in it. */
    lastSequence: integer("last_sequence").notNull(),
    /** What its custodian's declaration says; null for what comes with the product. */
    wordingId: uuid("wording_id"),
    state: text("state").$type<"waiting" | "building" | "ready">().notNull(),
    /** Files done, of `total`. */
    done: integer("done").notNull().default(0),
    total: integer("total").notNull().default(0),
    /** What is known of the seal's certificate before it signs: part of the package, so that a time-stamp covers it. */
    sealOcsp: bytes("seal_ocsp"),
    rootCrl: bytes("root_crl"),
    manifest: text("manifest"),
    /** CMS over the manifest, with its time-stamp. */
    manifestCms: bytes("manifest_cms"),
    /** TimeStampResp over the manifest. */
    manifestTimestamp: bytes("manifest_timestamp"),
    /** CMS over the list of the package as an ASiC-E container. */
    asicCms: bytes("asic_cms"),
    fileKey: text("file_key"),
    sha256: text("sha256"),
    sizeBytes: bigint("size_bytes", { mode: "number" }),
    createdAt: instant("created_at").notNull(),
    readyAt: instant("ready_at"),
  },
  (table) => [
    check("evidence_packages_state", sql`${table.state} in ('waiting', 'building', 'ready')`),
    check("evidence_packages_variant", sql`${table.variant} in ('full', 'redacted')`),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.wordingId], foreignColumns: [custodyWordings.id] }),
    index("evidence_packages_envelope").on(table.envelopeId, table.createdAt.desc()),
  ],
);
