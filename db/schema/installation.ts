import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { AccountId, OrganizationId } from "#lib/ids.ts";

// Tables of the whole installation: they hold nothing that belongs to one organization.

/** A person who can sign in; what they may do is said by their membership of an organization. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").$type<AccountId>().primaryKey(),
    /** Lower case: one person, one account, however they write it. */
    email: text("email").notNull().unique(),
    name: text("name").notNull(),
    /** argon2id in PHC form; null for who only signs in by link. */
    passwordHash: text("password_hash"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [check("accounts_email_lower", sql`${table.email} = lower(${table.email})`)],
);

/** One signed-in browser. Ending it here ends it everywhere. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey(),
    accountId: uuid("account_id").$type<AccountId>().notNull(),
    /** The organization the person works in at the moment. */
    currentOrganizationId: uuid("current_organization_id").$type<OrganizationId>(),
    method: text("method").$type<"password" | "email-link">().notNull(),
    ip: text("ip").notNull(),
    userAgent: text("user_agent").notNull(),
    createdAt: instant("created_at").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [index("sessions_account").on(table.accountId)],
);

/** Single-use proof that somebody passed a check: a link by mail, an invitation, a hop to the session. */
export const loginTokens = pgTable(
  "login_tokens",
  {
    tokenSha256: bytes("token_sha256").primaryKey(),
    purpose: text("purpose").notNull(),
    accountId: uuid("account_id").$type<AccountId>().notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("login_tokens_account").on(table.accountId, table.createdAt)],
);

/**
 * Wrong passwords in a row for an address, whether anybody has an account there or not: having to wait tells
 * nobody who has one.
 */
export const signInFailures = pgTable("sign_in_failures", {
  addressSha256: bytes("address_sha256").primaryKey(),
  failedAttempts: integer("failed_attempts").notNull(),
  lockedUntil: instant("locked_until"),
  lastAt: instant("last_at").notNull(),
});

/** How often something was tried in a window of time; lost in a crash without harm. */
export const rateLimits = pgTable(
  "rate_limits",
  {
    key: text("key").notNull(),
    windowStart: instant("window_start").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.windowStart] })],
);

/** Facts of the installation that are made once: its identifier, its arc of object identifiers. */
export const settings = pgTable("settings", {
  key: text("key").primaryKey(),
  value: jsonb("value").notNull(),
});

/** Private keys of the software key provider, sealed by the master key. */
export const sealedKeys = pgTable("sealed_keys", {
  id: text("id").primaryKey(),
  algorithm: text("algorithm").notNull(),
  sealed: bytes("sealed").notNull(),
  createdAt: instant("created_at").notNull(),
});

/** Our own authorities: root, issuing, time-stamping, OCSP; and the key of the log. */
export const authorities = pgTable(
  "authorities",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    issuer: text("issuer").notNull(),
    serial: text("serial").notNull(),
    certificateDer: bytes("certificate_der").notNull(),
    certificateSha256: text("certificate_sha256").notNull(),
    /** The authority that issued it; null for the root. */
    issuerId: uuid("issuer_id"),
    keyProvider: text("key_provider").notNull(),
    keyId: text("key_id").notNull(),
    notBefore: instant("not_before").notNull(),
    notAfter: instant("not_after").notNull(),
    isActive: boolean("is_active").notNull(),
    /** How many serial numbers it has set aside; every so many begin a new part of its revocation list. */
    serialsReserved: integer("serials_reserved").notNull().default(0),
    /** Its key was taken away into a file: whatever needs it needs the file. */
    keyRemovedAt: instant("key_removed_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    check("authorities_kind", sql`${table.kind} in ('root', 'cross', 'issuing', 'tsa', 'ocsp', 'log')`),
    index("authorities_active").on(table.kind, table.isActive),
  ],
);

/**
 * Every serial number an authority gave out, written before the certificate is signed; no personal data.
 * Status is answered from here.
 */
export const issuedSerials = pgTable(
  "issued_serials",
  {
    authorityId: uuid("authority_id").notNull(),
    /** Lower-case hex, without leading zeros. */
    serial: text("serial").notNull(),
    profile: text("profile").notNull(),
    /** Of the certificate as it left; null until it is signed. */
    certificateSha256: text("certificate_sha256"),
    intendedAt: instant("intended_at").notNull(),
    notAfter: instant("not_after").notNull(),
    revokedAt: instant("revoked_at"),
    revocationReason: text("revocation_reason"),
    /** When its key was lost, as far as anybody knows. */
    invalidSince: instant("invalid_since"),
    /** The part of its authority's revocation list it would be in. */
    partition: integer("partition").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.authorityId, table.serial] }),
    index("issued_serials_revoked").on(table.authorityId, table.partition).where(sql`revoked_at is not null`),
    index("issued_serials_revoked_serial")
      .on(table.authorityId, table.serial)
      .where(sql`revoked_at is not null`),
    index("issued_serials_partitions").on(table.authorityId, table.partition, table.notAfter),
  ],
);

/** The certificate that the installation's own address shows, as a worker found it last. No evidence. */
export const siteCertificates = pgTable("site_certificates", {
  host: text("host").primaryKey(),
  /** Null where nobody answered over TLS. */
  der: bytes("der"),
  /** Code of what kept it from being read; null when nothing did. */
  refusal: text("refusal"),
  checkedAt: instant("checked_at").notNull(),
});

/** Certificate revocation lists as published, newest number last. */
export const publishedCrls = pgTable(
  "published_crls",
  {
    authorityId: uuid("authority_id").notNull(),
    /** 0 is all there is, until the authority has more than one. */
    partition: integer("partition").notNull(),
    number: integer("number").notNull(),
    revokedCount: integer("revoked_count").notNull(),
    der: bytes("der").notNull(),
    thisUpdate: instant("this_update").notNull(),
    nextUpdate: instant("next_update").notNull(),
  },
  (table) => [primaryKey({ columns: [table.authorityId, table.partition, table.number] })],
);

/** OCSP responses made by the worker and handed out by the web process, which holds no key. */
export const publishedOcspResponses = pgTable(
  "published_ocsp_responses",
  {
    authorityId: uuid("authority_id").notNull(),
    serial: text("serial").notNull(),
    der: bytes("der").notNull(),
    thisUpdate: instant("this_update").notNull(),
    nextUpdate: instant("next_update").notNull(),
  },
  (table) => [primaryKey({ columns: [table.authorityId, table.serial] })],
);
