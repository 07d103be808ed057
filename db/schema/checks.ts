import { bigint, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";
import { recipients } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const recipientId = () => uuid("recipient_id").$type<RecipientId>().notNull();

/** What the sender told somebody by another way than mail; only its hash is kept. */
export const recipientAccessCodes = pgTable(
  "recipient_access_codes",
  {
    organizationId: organizationId(),
    recipientId: recipientId().primaryKey(),
    codeHash: text("code_hash").notNull(),
    setAt: instant("set_at").notNull(),
    setBy: uuid("set_by").$type<MemberId>().notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
  ],
);

/** How far somebody is with showing who they are: the code that is out, and wrong tries in a row. */
export const recipientChecks = pgTable(
  "recipient_checks",
  {
    organizationId: organizationId(),
    recipientId: recipientId().primaryKey(),
    /** Of the code asked for last; a new one makes every earlier one worthless. */
    challengeId: uuid("challenge_id"),
    requestedAt: instant("requested_at"),
    /** Keyed hash; gone once it was used, replaced or tried too often. */
    codeHash: bytes("code_hash"),
    sentAt: instant("sent_at"),
    expiresAt: instant("expires_at"),
    /** Why it could not be sent, as a code. */
    failure: text("failure"),
    wrongTries: integer("wrong_tries").notNull().default(0),
    lockedUntil: instant("locked_until"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
  ],
);

/** A browser in which somebody has shown who they are, for one link. */
export const recipientSessions = pgTable(
  "recipient_sessions",
  {
    organizationId: organizationId(),
    sessionSha256: bytes("session_sha256").primaryKey(),
    tokenSha256: bytes("token_sha256").notNull(),
    recipientId: recipientId(),
    method: text("method").$type<"email-code" | "sms-code" | "access-code" | "authenticator">().notNull(),
    checkedAt: instant("checked_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
    index("recipient_sessions_recipient").on(table.recipientId),
  ],
);

/** A person's authenticator app, known to one organization. */
export const authenticators = pgTable(
  "authenticators",
  {
    organizationId: organizationId(),
    personKey: bytes("person_key").notNull(),
    /** The seed, sealed by the master key. */
    sealed: bytes("sealed").notNull(),
    createdAt: instant("created_at").notNull(),
    /** The person has shown that the app has it. */
    confirmedAt: instant("confirmed_at"),
    /** The newest time step whose code was taken: no code works twice. */
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.personKey] })],
);
