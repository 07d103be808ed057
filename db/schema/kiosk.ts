import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId, RecipientId, TemplateId } from "#lib/ids.ts";
import { envelopes } from "./envelopes.ts";

/** A device that a host hands to the people who sign in person, one after the other. */
export const kioskSessions = pgTable(
  "kiosk_sessions",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** What is signed on it; in a session of walk-ups the envelope of whoever is there, and null between two of them. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    /** What walk-ups sign, one after the other, in which of its versions; null where people were named beforehand. */
    templateId: uuid("template_id").$type<TemplateId>(),
    templateVersion: integer("template_version"),
    /** What walk-ups are told they are at: `Open day`. */
    eventTitle: text("event_title").notNull().default(""),
    hostId: uuid("host_id").$type<MemberId>().notNull(),
    /** As it was when the session began: it stands in the evidence. */
    hostName: text("host_name").notNull(),
    /** Of the secret in the device's cookie. */
    tokenSha256: bytes("token_sha256").notNull().unique(),
    /** Of the number that leaves it, argon2id. */
    pinHash: text("pin_hash").notNull(),
    wrongPins: integer("wrong_pins").notNull().default(0),
    /** The host's own session, sealed: the device has none while people sign on it. */
    heldSession: bytes("held_session"),
    /** Who has the device in hand. */
    recipientId: uuid("recipient_id").$type<RecipientId>(),
    startedAt: instant("started_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check("kiosk_sessions_about", sql`${table.envelopeId} is not null or ${table.templateId} is not null`),
    check("kiosk_sessions_pins", sql`${table.wrongPins} between 0 and 5`),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("kiosk_sessions_envelope").on(table.envelopeId, table.startedAt),
    index("kiosk_sessions_template")
      .on(table.templateId, table.startedAt)
      .where(sql`template_id is not null`),
  ],
);

/** Who came by at a device of walk-ups: by the envelope made for them, which holds their name. */
export const kioskVisits = pgTable(
  "kiosk_visits",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().primaryKey(),
    kioskSessionId: uuid("kiosk_session_id").notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.kioskSessionId], foreignColumns: [kioskSessions.id] }),
    index("kiosk_visits_session").on(table.kioskSessionId, table.at),
  ],
);
