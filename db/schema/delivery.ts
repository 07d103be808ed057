import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, OrganizationId, RecipientId } from "#lib/ids.ts";

/** Mail that goes nowhere because no SMTP server is set: owners and admins read it on the Outbox page. */
export const outboxMails = pgTable(
  "outbox_mails",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    /** The message's own id: sent twice, it is here once. */
    id: text("id").primaryKey(),
    toName: text("to_name").notNull(),
    toAddress: text("to_address").notNull(),
    subject: text("subject").notNull(),
    html: text("html").notNull(),
    text: text("text").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [index("outbox_mails_list").on(table.organizationId, table.createdAt.desc())],
);

/** The address each mail to a recipient comes back to: who knows it has carried that mail. */
export const mailReturns = pgTable(
  "mail_returns",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    tokenSha256: bytes("token_sha256").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    /** Its own id, as its Message-ID has it. */
    message: text("message").notNull(),
    kind: text("kind").notNull(),
    sentAt: instant("sent_at").notNull(),
    delayedAt: instant("delayed_at"),
    bouncedAt: instant("bounced_at"),
  },
  (table) => [index("mail_returns_envelope").on(table.envelopeId)],
);
