import { sql } from "drizzle-orm";
import {
  check,
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
import type { MemberId, OrganizationId } from "#lib/ids.ts";
import type { ExportFormat, ExportReason } from "#lib/signing/core/key-export.ts";
import { signingKeys } from "./envelopes.ts";
import { sftpPlaces } from "./sftp-places.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** A request to hand a private key out, and what became of it. */
export const keyExports = pgTable(
  "key_exports",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    signingKeyId: uuid("signing_key_id").notNull(),
    reason: text("reason").$type<ExportReason>().notNull(),
    /** Why the business needs it, in words. */
    purpose: text("purpose").notNull(),
    format: text("format").$type<ExportFormat>().notNull(),
    /** The version of the runbook that it follows. */
    runbookVersion: integer("runbook_version").notNull(),
    runbookSha256: text("runbook_sha256").notNull(),
    /** Where it goes: system and place. */
    destination: text("destination").notNull(),
    /** Brought there over SFTP; null when its recipient downloads it. */
    sftpPlaceId: uuid("sftp_place_id"),
    /** Code of what the last delivery was refused with. */
    deliveryRefusal: text("delivery_refusal"),
    /** Contract or agreement that covers whoever receives it. */
    contract: text("contract").notNull(),
    requestedBy: uuid("requested_by").$type<MemberId>().notNull(),
    recipientId: uuid("recipient_id").$type<MemberId>().notNull(),
    requestedAt: instant("requested_at").notNull(),
    approvedByIt: uuid("approved_by_it").$type<MemberId>(),
    approvedByLegal: uuid("approved_by_legal").$type<MemberId>(),
    /** Both have approved. */
    approvedAt: instant("approved_at"),
    refusedBy: uuid("refused_by").$type<MemberId>(),
    refusedAt: instant("refused_at"),
    refusal: text("refusal"),
    builtAt: instant("built_at"),
    fileKey: text("file_key"),
    sha256: text("sha256"),
    sizeBytes: integer("size_bytes"),
    takenAt: instant("taken_at"),
    receivedAt: instant("received_at"),
    /** Our copy of the file is gone. */
    destroyedAt: instant("destroyed_at"),
    reviewDueAt: instant("review_due_at"),
    reviewedBy: uuid("reviewed_by").$type<MemberId>(),
    reviewedAt: instant("reviewed_at"),
    review: text("review"),
  },
  (table) => [
    foreignKey({ columns: [table.signingKeyId], foreignColumns: [signingKeys.id] }),
    foreignKey({ columns: [table.sftpPlaceId], foreignColumns: [sftpPlaces.id] }),
    check(
      "key_exports_reason",
      sql`reason in ('migration', 'disaster-recovery', 'rotation', 'regulatory-audit')`,
    ),
    check("key_exports_format", sql`format in ('pfx-chain', 'pfx-certificate')`),
    check(
      "key_exports_said",
      sql`btrim(purpose) <> '' and btrim(destination) <> '' and btrim(contract) <> ''`,
    ),
    check("key_exports_it", sql`approved_by_it is distinct from requested_by or approved_by_it is null`),
    check(
      "key_exports_legal",
      sql`approved_by_legal is distinct from requested_by or approved_by_legal is null`,
    ),
    check(
      "key_exports_two",
      sql`approved_by_it is distinct from approved_by_legal or approved_by_it is null`,
    ),
    check(
      "key_exports_approved",
      sql`approved_at is null or (approved_by_it is not null and approved_by_legal is not null)`,
    ),
    check("key_exports_built", sql`built_at is null or approved_at is not null`),
    index("key_exports_list").on(table.organizationId, table.requestedAt.desc()),
    uniqueIndex("key_exports_one_open")
      .on(table.signingKeyId)
      .where(sql`refused_at is null and destroyed_at is null`),
  ],
);

/**
 * The passphrase of a packed key: an entry of its own, with its own list of who may see it, once. Whoever gets the file
 * is never on that list.
 */
export const vaultPassphrases = pgTable(
  "vault_passphrases",
  {
    organizationId: organizationId(),
    exportId: uuid("export_id").primaryKey(),
    readers: jsonb("readers").$type<readonly MemberId[]>().notNull(),
    /** Who gets the file. */
    fileFor: uuid("file_for").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    /** Null until the key is packed. */
    fileKey: text("file_key"),
    shownAt: instant("shown_at"),
    shownTo: uuid("shown_to").$type<MemberId>(),
    destroyedAt: instant("destroyed_at"),
  },
  (table) => [
    foreignKey({ columns: [table.exportId], foreignColumns: [keyExports.id] }),
    check("vault_passphrases_readers", sql`jsonb_array_length(readers) between 1 and 5`),
    check("vault_passphrases_apart", sql`not readers @> to_jsonb(file_for::text)`),
    check("vault_passphrases_shown", sql`shown_to is null or readers @> to_jsonb(shown_to::text)`),
    index("vault_passphrases_list").on(table.organizationId, table.createdAt.desc()),
  ],
);

/** That a party of a line signed it in the product, after their password. Rows are added and never changed. */
export const custodySignatures = pgTable(
  "custody_signatures",
  {
    organizationId: organizationId(),
    exportId: uuid("export_id").notNull(),
    sequence: integer("sequence").notNull(),
    side: text("side").$type<"released" | "received">().notNull(),
    /** Of the line as it was signed. */
    lineHash: bytes("line_hash").notNull(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    memberName: text("member_name").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.exportId, table.sequence, table.side] }),
    check("custody_signatures_side", sql`side in ('released', 'received')`),
    foreignKey({ columns: [table.exportId], foreignColumns: [keyExports.id] }),
  ],
);

/** Who had a key in hand, and what they did with it: one line after the other, each with the hash of the one before. */
export const custodyRecords = pgTable(
  "custody_records",
  {
    organizationId: organizationId(),
    exportId: uuid("export_id").notNull(),
    sequence: integer("sequence").notNull(),
    /** Canonical JSON, as hashed. */
    body: text("body").notNull(),
    previousHash: bytes("previous_hash").notNull(),
    hash: bytes("hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.exportId, table.sequence] }),
    foreignKey({ columns: [table.exportId], foreignColumns: [keyExports.id] }),
  ],
);
