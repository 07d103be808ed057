import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { OrganizationId } from "#lib/ids.ts";
import { signingKeys } from "./envelopes.ts";
import type { SealCheck as RotationCheck } from "./keys.ts";
import type { SealCheck } from "./seals.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Certificates and wrapped keys of an organization, set aside by schedule and destroyed in time. */
export const keyBackups = pgTable(
  "key_backups",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    fileKey: text("file_key").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    /** How many keys it holds wrapped, and of how many others only the certificate. */
    wrappedKeys: integer("wrapped_keys").notNull(),
    otherKeys: integer("other_keys").notNull(),
    createdAt: instant("created_at").notNull(),
    destroyAt: instant("destroy_at").notNull(),
    destroyedAt: instant("destroyed_at"),
    /** Of the last drill; null before any. */
    drilledAt: instant("drilled_at"),
    drilledBy: text("drilled_by"),
    checks: jsonb("checks").$type<readonly SealCheck[]>(),
  },
  (table) => [index("key_backups_list").on(table.organizationId, table.createdAt.desc())],
);

/** A key elsewhere that seals while the place of the first cannot be used. */
export const standbyKeys = pgTable(
  "standby_keys",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    provider: text("provider").notNull(),
    state: text("state").$type<"making" | "ready" | "failed" | "standing-in" | "retired">().notNull(),
    /** Null until it is made. */
    signingKeyId: uuid("signing_key_id"),
    checks: jsonb("checks").$type<readonly RotationCheck[]>().notNull(),
    /** It may stand in for a certificate of another authority, with one of ours. */
    acceptsOwnIssuer: boolean("accepts_own_issuer").notNull().default(false),
    /** Whose place it holds while it stands in. */
    insteadOfId: uuid("instead_of_id"),
    since: instant("since"),
    memberName: text("member_name").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.signingKeyId], foreignColumns: [signingKeys.id] }),
    check("standby_keys_state", sql`state in ('making', 'ready', 'failed', 'standing-in', 'retired')`),
    check("standby_keys_place", sql`(state = 'standing-in') = (instead_of_id is not null)`),
    uniqueIndex("standby_keys_one")
      .on(table.organizationId)
      .where(sql`state in ('making', 'ready', 'standing-in')`),
  ],
);
