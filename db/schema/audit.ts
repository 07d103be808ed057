import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, EventId, OrganizationId } from "#lib/ids.ts";

const UUID = "([0-9a-f]{8}-[0-9a-f-]{27})";
/** Read from the hashed text itself, so that they cannot say anything else. Members of canonical JSON are sorted. */
const ACTOR_ID = `^\\{"actor":\\{(?:"email":\\{"commitment":"[0-9a-f]*"\\},)?"id":"${UUID}"`;
const ABOUT_ID = `"(?:recipient|member)":"${UUID}"`;

/**
 * One append-only hash chain per envelope, and one per organization for what concerns no envelope. Rows are
 * never updated or deleted.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").$type<EventId>().primaryKey(),
    /** The envelope; the organization itself for its own chain. */
    chainId: uuid("chain_id").notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    sequence: integer("sequence").notNull(), // 0-based position in its chain
    type: text("type").notNull(),
    body: text("body").notNull(), // the exact bytes hashed; jsonb would reorder keys
    hash: bytes("hash").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    /** Over the hash, by a key of the workspace: who has the database alone can append nothing unseen. */
    mac: bytes("mac").notNull(),
    /** The member or recipient who acted, and the one it was about: for searches. */
    actorId: text("actor_id").generatedAlwaysAs(sql.raw(`substring(body from '${ACTOR_ID}')`)),
    aboutId: text("about_id").generatedAlwaysAs(sql.raw(`substring(body from '${ABOUT_ID}')`)),
  },
  (table) => [
    unique("audit_events_position").on(table.chainId, table.sequence),
    check("audit_events_hash_size", sql`octet_length(${table.hash}) = 32`),
    check("audit_events_mac_size", sql`octet_length(${table.mac}) = 16`),
    check("audit_events_sequence", sql`${table.sequence} >= 0`),
    // Ascending, and read from the end: descending ones would put nulls where no query asks for them.
    index("audit_events_newest").on(table.organizationId, table.occurredAt, table.id),
    index("audit_events_type").on(table.organizationId, table.type, table.occurredAt, table.id),
    index("audit_events_hash").on(table.organizationId, table.hash),
    index("audit_events_actor").on(table.actorId, table.occurredAt).where(sql`actor_id is not null`),
    index("audit_events_about").on(table.aboutId, table.occurredAt).where(sql`about_id is not null`),
  ],
);

/**
 * The personal values behind the commitments in event bodies, those of one event in one sealed value. Erasing a row
 * forgets the person; the chain still verifies.
 */
export const auditOpenings = pgTable(
  "audit_openings",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    eventId: uuid("event_id").$type<EventId>().primaryKey(),
    /** As `sealOpenings` writes it: by the key of the chain, or of the workspace. */
    sealed: bytes("sealed").notNull(),
    /** By what the same network address is found again, without saying which it is. */
    addressMark: bytes("address_mark"),
  },
  (table) => [
    foreignKey({ columns: [table.eventId], foreignColumns: [auditEvents.id] }),
    index("audit_openings_address")
      .on(table.organizationId, table.addressMark)
      .where(sql`address_mark is not null`),
  ],
);

/** One key for the personal values of each envelope's chain, made with its first event. */
export const chainKeys = pgTable("chain_keys", {
  organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
  chainId: uuid("chain_id").primaryKey(),
  /** By the key of the workspace; null once destroyed. */
  wrappedKey: bytes("wrapped_key"),
});

/** One key for each workspace: it wraps the keys of its chains. Made at its first use, and no foreign key for that. */
export const workspaceKeys = pgTable("workspace_keys", {
  organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
  /** By the master key. */
  wrappedKey: bytes("wrapped_key").notNull(),
});
