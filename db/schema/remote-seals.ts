import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";

/** What the remote signing service offered when an organization last asked. */
export const remoteListings = pgTable("remote_listings", {
  organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
  askedBy: uuid("asked_by").$type<MemberId>().notNull(),
  askedAt: instant("asked_at").notNull(),
  /** Null while the worker asks. */
  answeredAt: instant("answered_at"),
  /** Code of what kept it from answering. */
  refusal: text("refusal"),
  /** Its host. */
  host: text("host"),
  credentials: jsonb("credentials").$type<readonly ListedCredential[]>().notNull(),
});

export interface ListedCredential {
  readonly id: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly algorithm: KeyAlgorithm | null;
  readonly asks: readonly ("pin" | "totp" | "person")[];
  /** Base64 of DER each, its own first. */
  readonly certificates: readonly string[];
  /** Base64 of its SubjectPublicKeyInfo; null when its certificate cannot be read. */
  readonly publicKey: string | null;
  /** Of its certificate, where that may be used. */
  readonly name: string | null;
  readonly issuer: string | null;
  /** ISO 8601. */
  readonly notAfter: string | null;
  /** What was found in its certificate and the path above it. */
  readonly findings: readonly Finding[];
}

/** What an organization last saw of keys that are in an HSM or a key service already. */
export const keyLookups = pgTable("key_lookups", {
  organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
  askedBy: uuid("asked_by").$type<MemberId>().notNull(),
  askedAt: instant("asked_at").notNull(),
  provider: text("provider").notNull(),
  /** The key somebody named; null to look through the place. */
  name: text("name"),
  /** Null while the worker looks. */
  answeredAt: instant("answered_at"),
  /** Code of what kept it from finding any. */
  refusal: text("refusal"),
  keys: jsonb("keys").$type<readonly ExistingKey[]>().notNull(),
});

export interface ExistingKey {
  readonly id: string;
  readonly label: string;
  /** Which token; empty where there is but one place. */
  readonly place: string;
  /** Base64 of its SubjectPublicKeyInfo; null when it is of no kind we know. */
  readonly publicKey: string | null;
  /** How it can sign for us. */
  readonly algorithms: readonly KeyAlgorithm[];
  readonly isExtractable: boolean | null;
  readonly isSensitive: boolean | null;
  readonly mayNeverHaveLeft: boolean | null;
  /** Null when it can be chosen. */
  readonly hindrance: "kind" | "not-for-signing" | "can-leave" | "in-use" | "others" | null;
}
