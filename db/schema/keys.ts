import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
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

/** One exchange of an organization's seal key for another, from the wish to the proof that nothing was lost. */
export const sealRotations = pgTable(
  "seal_rotations",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    state: text("state")
      .$type<"making" | "ready" | "failed" | "scheduled" | "switched" | "confirmed" | "undone">()
      .notNull(),
    /** The signing key in use when it began; null when there was none. */
    fromKeyId: uuid("from_key_id"),
    /** Where the new key is to be, how it signs, and who certifies it. */
    choice: jsonb("choice").$type<RotationChoice>().notNull(),
    /** The brought key that this rotation is to put in use; null when the certificate is to be our own. */
    sealId: uuid("seal_id"),
    toKeyId: uuid("to_key_id"),
    /** What the new key was put to before it may sign anything real. */
    checks: jsonb("checks").$type<readonly SealCheck[]>().notNull(),
    /** The copy of what is on its way out, made before anything else; null before, and where there was nothing. */
    secured: jsonb("secured").$type<SecuredSeal>(),
    switchAt: instant("switch_at"),
    /** Until then the earlier key can be put back. */
    overlapUntil: instant("overlap_until"),
    /** Documents sealed with the earlier key, validated after the switch. */
    proof: jsonb("proof").$type<SealProof>(),
    memberName: text("member_name").notNull(),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("seal_rotations_one").on(table.organizationId).where(sql`ended_at is null`),
    index("seal_rotations_list").on(table.organizationId, table.createdAt),
  ],
);

/** One exchange of an authority of the installation, under the organization that set it up. */
export const authorityRotations = pgTable(
  "authority_rotations",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<"root" | "issuing" | "tsa" | "ocsp" | "log">().notNull(),
    state: text("state")
      .$type<"scheduled" | "cancelled" | "making" | "failed" | "switched" | "proved">()
      .notNull(),
    /** Who wanted it: somebody on a page or on the command line, or its time was nearly up. */
    cause: text("cause").$type<"asked" | "command" | "renewal">().notNull(),
    /** The authority in use when it began. */
    fromId: uuid("from_id").notNull(),
    /** Null until the successor is in use. */
    toId: uuid("to_id"),
    /** What the successor was put to before it took over. */
    checks: jsonb("checks").$type<readonly AuthorityCheck[]>().notNull(),
    /** Documents sealed before, validated afterwards. */
    proof: jsonb("proof").$type<SealProof>(),
    /** Who asked; null where nobody did on a page. */
    memberName: text("member_name"),
    createdAt: instant("created_at").notNull(),
    /** When the successor is to be made, tried and put in use; null for at once. */
    plannedAt: instant("planned_at"),
    /** Why nothing was made to be tried: the code of a refusal. */
    refusal: text("refusal"),
    switchedAt: instant("switched_at"),
  },
  (table) => [index("authority_rotations_list").on(table.organizationId, table.createdAt)],
);

export interface AuthorityCheck {
  /** With a new root come others under it. */
  readonly of: "root" | "issuing" | "tsa" | "ocsp" | "log";
  readonly name: "key" | "chain" | "life" | "usage" | "signature";
  readonly isGood: boolean;
  /** What was found: a name, an instant, a fingerprint. */
  readonly found: string;
}

export interface RotationChoice {
  /** `own`: our authority. `request`: another's, by a certificate request. `brought`: a key that was tested before. */
  readonly source: "own" | "request" | "brought";
  /** Null for what the settings say. */
  readonly provider: string | null;
  readonly algorithm: string | null;
}

export interface SecuredSeal {
  /** The certificate and those above it, PEM. */
  readonly fileKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly certificates: number;
  /** `stays`: no copy of it can be made. `not-allowed`: keys are not backed up here. */
  readonly key: "set-aside" | "not-allowed" | "stays";
  readonly backupId: string | null;
  readonly at: string;
}

export interface SealCheck {
  readonly name:
    | "key"
    | "owner"
    | "usage"
    | "life"
    | "chain"
    | "status"
    | "signature"
    | "time-stamp"
    | "unreachable";
  readonly isGood: boolean;
  /** What was found: a name, a date, a fingerprint, a refusal's code. */
  readonly found: string;
}

export interface SealProof {
  readonly checkedAt: string;
  readonly documents: readonly {
    readonly envelopeId: string;
    readonly shortId: string;
    readonly name: string;
    readonly isGood: boolean;
  }[];
}

/** What an organization has settled about its keys: how often they are looked over, who may read their calendar. */
export const keyPolicies = pgTable(
  "key_policies",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
    reviewMonths: integer("review_months").notNull(),
    /** How often the passphrases of keys outside, and of the root's file, are exchanged. */
    passphraseMonths: integer("passphrase_months").notNull().default(12),
    /** A standby key takes over after so many minutes; null when none may. */
    standbyAfterMinutes: integer("standby_after_minutes"),
    /** Wrapped keys are set aside every so many days, null for never, and destroyed so many days later. */
    backupEveryDays: integer("backup_every_days"),
    backupKeepDays: integer("backup_keep_days").notNull().default(90),
    /** A seal signs as long as its certificate is valid for so many days more. */
    leastSealDays: integer("least_seal_days").notNull().default(0),
    /** Keys that can be copied out of their place sign nothing. */
    forbidsExportable: boolean("forbids_exportable").notNull().default(false),
    /** Of the secret in the calendar's address; null when there is none. */
    calendarSha256: bytes("calendar_sha256").unique(),
    calendarSince: instant("calendar_since"),
  },
  (table) => [
    check("key_policies_passphrases", sql`${table.passphraseMonths} between 1 and 12`),
    check("key_policies_months", sql`${table.reviewMonths} between 6 and 12`),
    check("key_policies_standby", sql`${table.standbyAfterMinutes} between 1 and 1440`),
    check("key_policies_backup", sql`${table.backupEveryDays} between 1 and 31`),
    check("key_policies_seal_days", sql`${table.leastSealDays} between 0 and 365`),
    check("key_policies_keep", sql`${table.backupKeepDays} between 30 and 90`),
  ],
);

/** Dated tasks that somebody signs off; the next is planned when one is done. */
export const keyReviews = pgTable(
  "key_reviews",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<"key-review" | "certificate-audit" | "passphrases">().notNull(),
    dueAt: instant("due_at").notNull(),
    createdAt: instant("created_at").notNull(),
    doneAt: instant("done_at"),
    doneBy: text("done_by"),
    note: text("note"),
  },
  (table) => [
    uniqueIndex("key_reviews_one").on(table.organizationId, table.kind).where(sql`done_at is null`),
    index("key_reviews_list").on(table.organizationId, table.dueAt),
  ],
);

/** That a secret was exchanged for another, by whose word; never the secret. Rows are added and never changed. */
export const secretRotations = pgTable(
  "secret_rotations",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** Which: a kind and an id. */
    ref: text("ref").notNull(),
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    rotatedAt: instant("rotated_at").notNull(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    memberName: text("member_name").notNull(),
    note: text("note").notNull(),
  },
  (table) => [index("secret_rotations_ref").on(table.organizationId, table.ref, table.rotatedAt.desc())],
);

/** Who looks after a key or certificate, where somebody was named: a fingerprint, or a kind and an id. */
export const keyOwners = pgTable(
  "key_owners",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    ref: text("ref").notNull(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    namedBy: uuid("named_by").$type<MemberId>().notNull(),
    namedAt: instant("named_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.ref] })],
);

/** Which warning of which certificate went out: each goes once. */
export const expiryWarnings = pgTable(
  "expiry_warnings",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    sha256: text("sha256").notNull(),
    daysBefore: integer("days_before").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.sha256, table.daysBefore] })],
);
