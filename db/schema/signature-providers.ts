import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { ProviderKind, SignatureKind } from "#lib/envelopes/core/signature-kind.ts";
import type { CertificateId, EnvelopeId, OrganizationId, RecipientId } from "#lib/ids.ts";
import type { PersonalCredential } from "#lib/ports/signature-service.ts";
import { recipients } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const recipientId = () => uuid("recipient_id").$type<RecipientId>().notNull();

/** Who makes signatures with credentials of people: a remote signing service (CSC API 2.0). */
export const signatureProviders = pgTable(
  "signature_providers",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** What people call it. */
    name: text("name").notNull(),
    kind: text("kind").$type<ProviderKind>().notNull(),
    /** Up to the methods' names. */
    url: text("url").notNull(),
    /** What `oauth2/` stands below; null where the service itself says. */
    oauthUrl: text("oauth_url"),
    clientId: text("client_id").notNull(),
    /** Sealed by the master key. */
    sealedSecret: bytes("sealed_secret").notNull(),
    /** When the secret became what it is: other changes leave it. */
    secretChangedAt: instant("secret_changed_at").notNull(),
    /** Who logs in to see a person's credentials: they themselves, or we, by their address. */
    logIn: text("log_in").$type<"person" | "client">().notNull(),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    /** The last test of the connection, and why it failed, as a code. */
    testedAt: instant("tested_at"),
    failure: text("failure"),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("signature_providers_kind", sql`${table.kind} in ('advanced', 'qualified')`),
    check("signature_providers_log_in", sql`${table.logIn} in ('person', 'client')`),
    index("signature_providers_list").on(table.organizationId, table.createdAt),
  ],
);

/** Which kinds of signatures an organization lets its senders ask for. */
export const signaturePolicies = pgTable("signature_policies", {
  organizationId: organizationId().primaryKey(),
  allowed: jsonb("allowed").$type<readonly SignatureKind[]>().notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** How far somebody is with having their provider sign. What opens anything there is sealed, and goes when it was used. */
export const signerAuthorizations = pgTable(
  "signer_authorizations",
  {
    organizationId: organizationId(),
    recipientId: recipientId().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    providerId: uuid("provider_id").notNull(),
    state: text("state").$type<AuthorizationState>().notNull(),
    sealedToken: bytes("sealed_token"),
    tokenEndsAt: instant("token_ends_at"),
    offered: jsonb("offered").$type<readonly StoredCredential[]>().notNull(),
    credentialId: text("credential_id"),
    certificateId: uuid("certificate_id").$type<CertificateId>(),
    /** What is to be signed, once it is known. */
    prepared: jsonb("prepared").$type<readonly PreparedHash[]>(),
    sealedSad: bytes("sealed_sad"),
    sadEndsAt: instant("sad_ends_at"),
    /** Base64, by the hash. */
    signatures: jsonb("signatures").$type<Readonly<Record<string, string>>>(),
    /** Why it has to be tried again, as a code. */
    problem: text("problem"),
    tries: integer("tries").notNull().default(0),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
    index("signer_authorizations_envelope").on(table.envelopeId),
    check(
      "signer_authorizations_state",
      sql`${table.state} in ('listed', 'chosen', 'prepared', 'authorized', 'spent', 'signed')`,
    ),
  ],
);

/** `spent`: the provider is asked, and what it was allowed is used up whatever comes of it. */
export type AuthorizationState = "listed" | "chosen" | "prepared" | "authorized" | "spent" | "signed";

export interface PreparedHash {
  readonly documentId: string;
  /** The signed attributes of the signature to come, base64 of DER. */
  readonly attributes: string;
  /** Their hash, base64. */
  readonly hash: string;
}

/** A credential as it was offered, with what was found in its certificate. Certificates are base64. */
export type StoredCredential = Omit<PersonalCredential, "certificates"> & {
  readonly certificates: readonly string[];
  /** Of the certificate: whose it is, by whom, until when (ISO 8601). */
  readonly name: string | null;
  readonly issuer: string | null;
  readonly notAfter: string | null;
  readonly sha256: string | null;
  /** Why it cannot be used, as a code; null when it can. */
  readonly hindrance: string | null;
  readonly chainPem: string | null;
};

/** Somebody on their way to a provider and back. */
export const authorizationAttempts = pgTable(
  "authorization_attempts",
  {
    organizationId: organizationId(),
    stateSha256: bytes("state_sha256").primaryKey(),
    recipientId: recipientId(),
    deviceSha256: bytes("device_sha256").notNull(),
    providerId: uuid("provider_id").notNull(),
    /** What they let us do: see their credentials, or have these hashes signed. */
    scope: text("scope").$type<"service" | "credential">().notNull(),
    /** SHA-256 of the hashes they were sent with; null for the service. */
    boundSha256: bytes("bound_sha256"),
    /** Sealed by the master key: the PKCE verifier. */
    sealed: bytes("sealed").notNull(),
    startedAt: instant("started_at").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }).onDelete("cascade"),
    index("authorization_attempts_recipient").on(table.recipientId),
  ],
);
