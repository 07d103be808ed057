import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { EnvelopeId, MemberId, OrganizationId, RecipientId, TemplateId } from "#lib/ids.ts";
import { templates } from "./templates.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Who takes a role that is not the open one. */
export interface LinkPerson {
  readonly roleId: string;
  readonly name: string;
  readonly email: string;
}

/** An address that anybody may open to take the one open role of a template. */
export const publicLinks = pgTable(
  "public_links",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    templateId: uuid("template_id").$type<TemplateId>().notNull(),
    /** What stands in the address: it is published, so it is no secret and is shown again. */
    token: text("token").notNull().unique(),
    openRoleId: uuid("open_role_id").notNull(),
    people: jsonb("people").$type<readonly LinkPerson[]>().notNull(),
    /** Whose envelopes they become. */
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    /** Null where there is no limit. */
    mostUses: integer("most_uses"),
    uses: integer("uses").notNull().default(0),
    perAddressADay: integer("per_address_a_day").notNull(),
    perNetworkAnHour: integer("per_network_an_hour").notNull(),
    endsAt: instant("ends_at"),
    createdAt: instant("created_at").notNull(),
    turnedOffAt: instant("turned_off_at"),
  },
  (table) => [
    foreignKey({ columns: [table.templateId], foreignColumns: [templates.id] }),
    index("public_links_template").on(table.templateId, table.createdAt),
    check("public_links_uses", sql`${table.uses} >= 0 and (most_uses is null or uses <= most_uses)`),
  ],
);

/** Somebody who opened a public link and is showing that their mailbox is theirs. Gone after a week. */
export const publicLinkRequests = pgTable(
  "public_link_requests",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    linkId: uuid("link_id").notNull(),
    /** Of what the browser keeps: it alone goes on with this. */
    secretSha256: bytes("secret_sha256").notNull().unique(),
    /** Emptied once the envelope holds them. */
    name: text("name").notNull(),
    email: text("email").notNull(),
    language: text("language").$type<Language>().notNull(),
    /** Keyed hashes, by which uses are counted. */
    emailHash: bytes("email_hash").notNull(),
    networkHash: bytes("network_hash").notNull(),
    ip: text("ip").notNull(),
    challengeId: uuid("challenge_id").notNull(),
    codeHash: bytes("code_hash"),
    requestedAt: instant("requested_at").notNull(),
    sentAt: instant("sent_at"),
    expiresAt: instant("expires_at"),
    wrongTries: integer("wrong_tries").notNull().default(0),
    confirmedAt: instant("confirmed_at"),
    /** Settled when confirmed, so that making it twice makes it once. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    recipientId: uuid("recipient_id").$type<RecipientId>(),
    startedAt: instant("started_at"),
    /** Why no code went out, or no envelope was made, as a code. */
    failure: text("failure"),
  },
  (table) => [
    foreignKey({ columns: [table.linkId], foreignColumns: [publicLinks.id] }),
    index("public_link_requests_confirmed").on(table.linkId, table.confirmedAt),
    index("public_link_requests_age").on(table.organizationId, table.requestedAt),
  ],
);
