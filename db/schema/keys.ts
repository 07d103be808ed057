import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
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
    toKeyId: uuid("to_key_id"),
    /** What the new key was put to before it may sign anything real. */
    checks: jsonb("checks").$type<readonly SealCheck[]>().notNull(),
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
