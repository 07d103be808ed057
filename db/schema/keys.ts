import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { CertificateId, MemberId, OrganizationId } from "#lib/ids.ts";

/** Who revoked which certificate and why, in their words; that it is revoked stands with its serial number. */
export const revocations = pgTable(
  "revocations",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** Of the organization's own; null for an authority of the installation. */
    certificateId: uuid("certificate_id").$type<CertificateId>(),
    /** Of the certificate that was revoked. */
    sha256: text("sha256").notNull(),
    reason: text("reason").notNull(),
    note: text("note").notNull(),
    memberId: uuid("member_id").$type<MemberId>(),
    memberName: text("member_name").notNull(),
    revokedAt: instant("revoked_at").notNull(),
    invalidSince: instant("invalid_since"),
  },
  (table) => [index("revocations_list").on(table.organizationId, table.revokedAt)],
);
