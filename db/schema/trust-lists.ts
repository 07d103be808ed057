import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { ListSignerFault } from "#lib/evidence/core/trust/trust-list.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** What a list of lists says of another. */
export interface StoredPointer {
  readonly territory: string;
  readonly location: string;
  readonly signerSha256s: readonly string[];
}

/** What the signature on the list came to when it was imported. */
export type StoredListSignature =
  | {
      readonly state: "holds";
      readonly signer: string;
      readonly certificateSha256: string;
      readonly signerFaults?: readonly ListSignerFault[];
    }
  | { readonly state: "not-checked"; readonly why: "unsigned" | "unsupported" };

/** A list of services that others vouch for, which the organization lets files be checked with. */
export const trustLists = pgTable(
  "trust_lists",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<"lotl" | "etsi" | "adobe" | "certificates">().notNull(),
    name: text("name").notNull(),
    territory: text("territory"),
    operator: text("operator"),
    sequence: integer("sequence"),
    issuedAt: instant("issued_at"),
    nextUpdateAt: instant("next_update_at"),
    /** Of the file as it was imported. */
    sha256: text("sha256").notNull(),
    signature: jsonb("signature").$type<StoredListSignature>().notNull(),
    /** Name of the list of lists that names its signer; null when none here does. */
    signerNamedBy: text("signer_named_by"),
    pointers: jsonb("pointers").$type<readonly StoredPointer[]>().notNull(),
    unreadable: integer("unreadable").notNull(),
    /** Whoever checks a file here may choose it; without, only members may. */
    isOffered: boolean("is_offered").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("trust_lists_kind", sql`${table.kind} in ('lotl', 'etsi', 'adobe', 'certificates')`),
    uniqueIndex("trust_lists_once")
      .on(table.organizationId, table.kind, table.name)
      .where(sql`removed_at is null`),
  ],
);

/** A certificate of a service on a list, for one span of time. */
export const trustListServices = pgTable(
  "trust_list_services",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    listId: uuid("list_id")
      .notNull()
      .references(() => trustLists.id),
    position: integer("position").notNull(),
    use: text("use").$type<"signing" | "timestamping">().notNull(),
    name: text("name").notNull(),
    provider: text("provider").notNull(),
    subject: text("subject").notNull(),
    certificateSha256: text("certificate_sha256").notNull(),
    certificateDer: bytes("certificate_der").notNull(),
    notAfter: instant("not_after").notNull(),
    grantedFrom: instant("granted_from"),
    grantedUntil: instant("granted_until"),
  },
  (table) => [
    check("trust_list_services_use", sql`${table.use} in ('signing', 'timestamping')`),
    index("trust_list_services_list").on(table.listId, table.position),
  ],
);
