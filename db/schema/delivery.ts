import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { OrganizationId } from "#lib/ids.ts";

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
