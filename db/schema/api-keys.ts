import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { ApiScope } from "#lib/context.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** What an organization's own software shows to use the REST API. */
export const apiKeys = pgTable(
  "api_keys",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** What the key begins with: it names the key and opens nothing. */
    prefix: text("prefix").notNull().unique(),
    /** Of the whole key, which holds 256 random bits and is kept nowhere. */
    keySha256: bytes("key_sha256").notNull().unique(),
    scopes: jsonb("scopes").$type<readonly ApiScope[]>().notNull(),
    /** Addresses and networks (CIDR) it may be used from; from anywhere when empty. */
    networks: jsonb("networks").$type<readonly string[]>().notNull(),
    /** Calls in a minute. */
    perMinute: integer("per_minute").notNull(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** To the minute. */
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    check("api_keys_per_minute", sql`${table.perMinute} between 1 and 6000`),
    index("api_keys_list").on(table.organizationId, table.createdAt),
  ],
);

/** What was answered to calls that name themselves, so that the same call again gets the same answer. */
export const apiAnswers = pgTable(
  "api_answers",
  {
    organizationId: organizationId(),
    keyId: uuid("key_id").notNull(),
    /** As the caller named the call. */
    callName: text("call_name").notNull(),
    /** Of method, address and body. */
    requestSha256: bytes("request_sha256").notNull(),
    /** Null while the call runs. */
    status: integer("status"),
    body: text("body"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.callName] }),
    foreignKey({ columns: [table.keyId], foreignColumns: [apiKeys.id] }),
    index("api_answers_age").on(table.organizationId, table.createdAt),
  ],
);
