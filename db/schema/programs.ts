import { sql } from "drizzle-orm";
import {
  boolean,
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
import type { MemberId, OrganizationId } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Another's program that an administrator lets sign with keys of the organization. */
export const programs = pgTable(
  "programs",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** argon2id. */
    secretHash: text("secret_hash").notNull(),
    scopes: jsonb("scopes").$type<readonly ("read" | "sign")[]>().notNull(),
    /** Signatures it may ask for in a minute. */
    perMinute: integer("per_minute").notNull(),
    /** argon2id of the PIN each authorization has to bring; null when none has to. */
    pinHash: text("pin_hash"),
    /** Where members are sent back to who let it sign, each time, in their browser; null where it asks for no one's word. */
    redirectUri: text("redirect_uri"),
    /** A member lets it sign each time, on our own pages; it asks until they have. */
    asksApproval: boolean("asks_approval").notNull().default(false),
    /** SubjectPublicKeyInfo of the key it answers challenges with, base64; null where it is given none. */
    challengeKey: text("challenge_key"),
    /** Challenges that are not answered yet. */
    challenges: jsonb("challenges").$type<readonly OpenChallenge[]>().notNull().default([]),
    wrongPins: integer("wrong_pins").notNull().default(0),
    isLocked: boolean("is_locked").notNull().default(false),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    closedAt: instant("closed_at"),
  },
  (table) => [
    check("programs_per_minute", sql`${table.perMinute} between 1 and 1000`),
    index("programs_list").on(table.organizationId, table.createdAt),
  ],
);

export interface OpenChallenge {
  readonly text: string;
  /** ISO 8601. */
  readonly endsAt: string;
}

/** Which keys a program may sign with: rows of `signing_keys`. */
export const programKeys = pgTable(
  "program_keys",
  {
    organizationId: organizationId(),
    programId: uuid("program_id").notNull(),
    keyId: uuid("key_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.programId, table.keyId] }),
    foreignKey({ columns: [table.programId], foreignColumns: [programs.id] }),
  ],
);

/** Access tokens, by their hash. */
export const programTokens = pgTable(
  "program_tokens",
  {
    organizationId: organizationId(),
    tokenSha256: bytes("token_sha256").primaryKey(),
    programId: uuid("program_id").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [index("program_tokens_program").on(table.programId)],
);

/** What a member has let a program do, until it fetches it with the code. */
export const programCodes = pgTable(
  "program_codes",
  {
    organizationId: organizationId(),
    codeSha256: bytes("code_sha256").primaryKey(),
    programId: uuid("program_id").notNull(),
    redirectUri: text("redirect_uri").notNull(),
    /** PKCE, S256 (RFC 7636 §4.2). */
    challenge: text("challenge").notNull(),
    scope: text("scope").$type<"service" | "credential">().notNull(),
    /** Of the credential that is to sign, and the hashes, base64 each; null for the service. */
    keyId: uuid("key_id"),
    hashes: jsonb("hashes").$type<readonly string[]>(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [index("program_codes_program").on(table.programId)],
);

/** Hashes that a program was allowed to have signed, once. */
export const programAuthorizations = pgTable(
  "program_authorizations",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    programId: uuid("program_id").notNull(),
    keyId: uuid("key_id").notNull(),
    /** Of the signature activation data, which only the program has; null until a member has let it sign. */
    sadSha256: bytes("sad_sha256").unique(),
    /** Of what it asks with whether a member has; null where none is asked. */
    handleSha256: bytes("handle_sha256").unique(),
    /** Of what it fetches the signatures with later; null where it waits for them. */
    responseSha256: bytes("response_sha256").unique(),
    /** Until when they can be fetched. */
    responseEndsAt: instant("response_ends_at"),
    /** When it last asked whether a member has said yes, or whether signatures are there. */
    polledAt: instant("polled_at"),
    /** The member who let it sign, where one was asked. */
    approvedBy: uuid("approved_by").$type<MemberId>(),
    algorithm: text("algorithm").$type<KeyAlgorithm>().notNull(),
    /** Base64 each. */
    hashes: jsonb("hashes").$type<readonly string[]>().notNull(),
    state: text("state")
      .$type<
        | ("asked" | "allowed" | "refused")
        | ("open" | "redeemed" | "signing" | "signed" | "failed" | "extended")
      >()
      .notNull(),
    /** Those of the hashes that were asked for. */
    redeemedHashes: jsonb("redeemed_hashes").$type<readonly string[]>(),
    /** Base64 each, in the order of the hashes that were asked for. */
    signatures: jsonb("signatures").$type<readonly string[]>(),
    refusal: text("refusal"),
    createdAt: instant("created_at").notNull(),
    /** When the first was given of those that extend each other. */
    startedAt: instant("started_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    check(
      "program_authorizations_state",
      sql`${table.state} in ('asked', 'allowed', 'refused', 'open', 'redeemed', 'signing', 'signed', 'failed', 'extended')`,
    ),
    index("program_authorizations_recent").on(table.programId, table.startedAt),
  ],
);
