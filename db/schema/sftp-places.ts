import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

/** A folder on somebody's server that packed keys may be brought to. */
export const sftpPlaces = pgTable(
  "sftp_places",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    host: text("host").notNull(),
    port: integer("port").notNull(),
    userName: text("user_name").notNull(),
    folder: text("folder").notNull(),
    /** `SHA256:…`: no other server gets anything. */
    hostKey: text("host_key").notNull(),
    /** Line for authorized_keys. */
    publicLine: text("public_line").notNull(),
    /** Our private key to get in, sealed. */
    sealedKey: bytes("sealed_key").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    triedAt: instant("tried_at"),
    /** Code of what the last trial was refused with; null when it went well. */
    refusal: text("refusal"),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("sftp_places_port", sql`${table.port} between 1 and 65535`),
    index("sftp_places_list").on(table.organizationId, table.createdAt),
  ],
);
