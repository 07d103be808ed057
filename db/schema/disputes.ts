import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import { envelopes, recipients } from "#db/schema/envelopes.ts";
import type { DisputeId, EnvelopeId, OrganizationId, RecipientId } from "#lib/ids.ts";

/** Dispute files: how one name came into one envelope, as one sealed PDF. */
export const disputeFiles = pgTable(
  "dispute_files",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").$type<DisputeId>().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    /** Whose signature is contested. */
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    /** Position of the last event in it. */
    lastSequence: integer("last_sequence").notNull(),
    state: text("state").$type<"waiting" | "ready">().notNull(),
    fileKey: text("file_key"),
    sha256: text("sha256"),
    sizeBytes: bigint("size_bytes", { mode: "number" }),
    createdAt: instant("created_at").notNull(),
    readyAt: instant("ready_at"),
  },
  (table) => [
    check("dispute_files_state", sql`${table.state} in ('waiting', 'ready')`),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("dispute_files_envelope").on(table.envelopeId, table.createdAt),
  ],
);
