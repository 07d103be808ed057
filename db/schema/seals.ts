import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { CertificateId, EventId, MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** One thing a test signing looked at. */
export interface SealCheck {
  readonly code: string;
  readonly isGood: boolean;
  /** What was wanted and what was found, as they stand in the document or the audit event. */
  readonly wanted: string;
  readonly found: string;
}

/** A key with another authority's certificate, on its way to be the organization's seal. */
export const broughtSeals = pgTable(
  "brought_seals",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Made here and certified by request, brought with its certificate, kept by a remote signing service, or chosen in an HSM or key service and certified by request. */
    origin: text("origin").$type<"request" | "import" | "remote" | "chosen">().notNull(),
    state: text("state")
      .$type<"key-wanted" | "key-made" | "certified" | "tested" | "active" | "replaced" | "dropped">()
      .notNull(),
    /** Attribute and value each, as the request says. */
    subject: jsonb("subject").$type<readonly (readonly [string, string])[]>().notNull(),
    algorithm: text("algorithm").notNull(),
    /** Where somebody wants it made; null for where the settings say. */
    wantedProvider: text("wanted_provider"),
    /** Where the key is; null until it is made. */
    provider: text("provider"),
    keyId: text("key_id"),
    publicKey: bytes("public_key"),
    requestDer: bytes("request_der"),
    certificateDer: bytes("certificate_der"),
    certificateSha256: text("certificate_sha256"),
    /** Those above it up to where its chain ends, as PEM. */
    chainPem: text("chain_pem"),
    /** What the last test signing found; null before the first. */
    checks: jsonb("checks").$type<readonly SealCheck[]>(),
    /** The report of it. */
    testId: uuid("test_id"),
    /** The event that records the test. */
    testEventId: uuid("test_event_id").$type<EventId>(),
    /** Its place in the index, once it is the seal. */
    certificateId: uuid("certificate_id").$type<CertificateId>(),
    /** Code of what the worker waits for; null when for nothing. */
    waitingFor: text("waiting_for"),
    /** The one whose certificate ends and whose place this is to take, where it was asked for by itself. */
    renews: uuid("renews"),
    /** Null for one that was asked for by itself. */
    createdBy: uuid("created_by").$type<MemberId>(),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    check("brought_seals_origin", sql`${table.origin} in ('request', 'import', 'remote', 'chosen')`),
    check(
      "brought_seals_state",
      sql`${table.state} in ('key-wanted', 'key-made', 'certified', 'tested', 'active', 'replaced', 'dropped')`,
    ),
    check(
      "brought_seals_key",
      sql`${table.state} in ('key-wanted', 'dropped') or ${table.keyId} is not null`,
    ),
    check(
      "brought_seals_certified",
      sql`${table.state} in ('key-wanted', 'key-made', 'dropped') or ${table.chainPem} is not null`,
    ),
    index("brought_seals_organization").on(table.organizationId, table.createdAt),
    uniqueIndex("brought_seals_renews").on(table.renews),
    uniqueIndex("brought_seals_active").on(table.organizationId).where(sql`state = 'active'`),
  ],
);

/** Another's public certificate that the organization knows: to believe in, or to fill gaps in chains. */
export const registeredCertificates = pgTable(
  "registered_certificates",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    use: text("use").$type<"anchor" | "chain">().notNull(),
    subject: text("subject").notNull(),
    issuer: text("issuer").notNull(),
    serial: text("serial").notNull(),
    sha256: text("sha256").notNull(),
    der: bytes("der").notNull(),
    /** All that one may be looking for, lower case. */
    searchText: text("search_text").notNull(),
    notBefore: instant("not_before").notNull(),
    notAfter: instant("not_after").notNull(),
    /** Null where software did it by an API key. */
    createdBy: uuid("created_by").$type<MemberId>(),
    createdAt: instant("created_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("registered_certificates_use", sql`${table.use} in ('anchor', 'chain')`),
    index("registered_certificates_newest").on(table.organizationId, table.createdAt, table.id),
    uniqueIndex("registered_certificates_once")
      .on(table.organizationId, table.sha256)
      .where(sql`removed_at is null`),
  ],
);

/** Keys that browsers encrypt a key file to: each for one import and a few minutes. The row goes with its use. */
export const importKeys = pgTable(
  "import_keys",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    /** Its private half, under the master key. */
    sealed: bytes("sealed").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("import_keys_end").on(table.organizationId, table.expiresAt)],
);
