import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";
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
    reason: text("reason")
      .$type<"migration" | "disaster-recovery" | "rotation" | "regulatory-audit">()
      .notNull(),
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
    /** Kept apart from the file; gone once it was shown. */
    passphraseKey: text("passphrase_key"),
    passphraseShownAt: instant("passphrase_shown_at"),
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
