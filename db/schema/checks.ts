import { sql } from "drizzle-orm";
import {
  bigint,
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
import type { SignerCheck } from "#lib/context.ts";
import type { RuleCondition } from "#lib/envelopes/core/authentication-rules.ts";
import type { CheckMethod, Minimum } from "#lib/envelopes/core/checks.ts";
import type { EnvelopeId, EventId, MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";
import type { IdentityDemands, IdentityMethod, VerifiedIdentity } from "#lib/ports/identity-provider.ts";
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
    /** Which way that code goes. */
    method: text("method").$type<"email-code" | "sms-code">(),
    requestedAt: instant("requested_at"),
    /** Keyed hash; gone once it was used, replaced or tried too often. */
    codeHash: bytes("code_hash"),
    sentAt: instant("sent_at"),
    expiresAt: instant("expires_at"),
    /** Why it could not be sent, as a code. */
    failure: text("failure"),
    wrongTries: integer("wrong_tries").notNull().default(0),
    lockedUntil: instant("locked_until"),
    /** What a passkey is to sign next; gone with the first answer (WebAuthn §13.4.3). */
    passkeyChallenge: bytes("passkey_challenge"),
    passkeyPurpose: text("passkey_purpose").$type<"register" | "assert">(),
    passkeyExpiresAt: instant("passkey_expires_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
  ],
);

/** What somebody has shown in one browser, for one link. */
export const recipientSessions = pgTable(
  "recipient_sessions",
  {
    organizationId: organizationId(),
    sessionSha256: bytes("session_sha256").primaryKey(),
    tokenSha256: bytes("token_sha256").notNull(),
    recipientId: recipientId(),
    /** Shown last. */
    method: text("method").$type<SignerCheck>().notNull(),
    /** Everything that was shown, in order; instants as ISO 8601. */
    shown: jsonb("shown")
      .$type<readonly { readonly method: SignerCheck; readonly at: string }[]>()
      .notNull()
      .default([]),
    /** Of what the browser calls itself: elsewhere the session does not count. */
    deviceSha256: bytes("device_sha256"),
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

/** A person's passkeys, known to one organization (WebAuthn §4, credential record). */
export const passkeys = pgTable(
  "passkeys",
  {
    organizationId: organizationId(),
    credentialId: bytes("credential_id").notNull(),
    personKey: bytes("person_key").notNull(),
    /** COSE_Key (RFC 9052 §7). */
    publicKey: bytes("public_key").notNull(),
    /** Of the newest assertion; 0 where the authenticator does not count. */
    signCount: bigint("sign_count", { mode: "number" }).notNull(),
    transports: jsonb("transports").$type<readonly string[]>().notNull(),
    /** It may be copied between devices of the person (§6.1.3, BE). */
    isSynced: boolean("is_synced").notNull(),
    createdAt: instant("created_at").notNull(),
    usedAt: instant("used_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.credentialId] }),
    index("passkeys_person").on(table.organizationId, table.personKey),
  ],
);

/** What an organization has settled about how people show who they are. */
export const authenticationPolicies = pgTable("authentication_policies", {
  organizationId: organizationId().primaryKey(),
  /** What a new person in a draft starts with; null for what is recommended. */
  defaultCheck: text("default_check").$type<CheckMethod>(),
  /** Nobody is asked for less; null for no such limit. */
  minimum: text("minimum").$type<Minimum>(),
  /** No certificate is captured of a signature made with fewer. */
  asksTwoFactors: boolean("asks_two_factors").notNull().default(false),
  changedAt: instant("changed_at").notNull(),
});

/** When more is asked for. */
export const authenticationRules = pgTable(
  "authentication_rules",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    minimum: text("minimum").$type<Minimum>().notNull(),
    conditions: jsonb("conditions").$type<readonly RuleCondition[]>().notNull(),
    createdAt: instant("created_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check(
      "authentication_rules_minimum",
      sql`${table.minimum} in ('email-code', 'sms-code', 'second-factor', 'sms-and-second-factor', 'passkey',
        'sso', 'identity-document')`,
    ),
    index("authentication_rules_list").on(table.organizationId, table.createdAt),
  ],
);

/** Who says for an organization who people are, one for each way (OpenID Connect Core 1.0; for Identity Assurance 1.0). */
export const identityProviders = pgTable(
  "identity_providers",
  {
    organizationId: organizationId(),
    method: text("method").$type<IdentityMethod>().notNull(),
    /** What has to be so of what it says; null where its word is enough. */
    demands: jsonb("demands").$type<IdentityDemands>(),
    /** What people call it. */
    name: text("name").notNull(),
    issuer: text("issuer").notNull(),
    clientId: text("client_id").notNull(),
    /** Sealed by the master key; null for a public client. */
    sealedSecret: bytes("sealed_secret"),
    /** When the secret became what it is: other changes leave it. Null for a public client. */
    secretChangedAt: instant("secret_changed_at"),
    changedAt: instant("changed_at").notNull(),
    /** The last test of the connection, and why it failed, as a code. */
    testedAt: instant("tested_at"),
    failure: text("failure"),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.method] }),
    check("identity_providers_method", sql`${table.method} in ('sso', 'identity-document')`),
  ],
);

/** Somebody on their way to a provider and back. */
export const ssoAttempts = pgTable(
  "sso_attempts",
  {
    organizationId: organizationId(),
    stateSha256: bytes("state_sha256").primaryKey(),
    recipientId: recipientId(),
    tokenSha256: bytes("token_sha256").notNull(),
    /** The session that is carried on, where there is one. */
    sessionSha256: bytes("session_sha256"),
    deviceSha256: bytes("device_sha256").notNull(),
    method: text("method").$type<IdentityMethod>().notNull(),
    issuer: text("issuer").notNull(),
    /** Sealed by the master key: nonce and PKCE verifier. */
    sealed: bytes("sealed").notNull(),
    startedAt: instant("started_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
    index("sso_attempts_recipient").on(table.recipientId),
  ],
);

/** What somebody else said of who a person is. */
export const identityResults = pgTable(
  "identity_results",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    recipientId: recipientId(),
    method: text("method").$type<SignerCheck>().notNull(),
    provider: text("provider").notNull(),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    /** Null where it is none of what was looked at. */
    email: text("email"),
    name: text("name"),
    /** What was looked at, by whom and when; null where an account was signed on to. */
    verified: jsonb("verified").$type<VerifiedIdentity>(),
    /** How the provider itself knew them (OpenID Connect Core 1.0 §2: acr, amr, auth_time). */
    context: jsonb("context").$type<Readonly<Record<string, unknown>>>().notNull(),
    /** Of the token as it was received. */
    tokenSha256: text("token_sha256").notNull(),
    eventId: uuid("event_id").$type<EventId>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
    index("identity_results_envelope").on(table.envelopeId),
  ],
);
