import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";
import type { KeptReason, OfflineActName } from "#lib/signing/core/offline-acts.ts";
import type { Settlement } from "#lib/signing/core/offline-settlement.ts";
import { recipients } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

export interface KitEvent {
  /** Lower-case hex. */
  readonly hash: string;
  readonly act: OfflineActName | "unknown";
  /** By the device's clock, RFC 3339. */
  readonly at: string;
  /** What it was about; absent where it was no field. */
  readonly fieldId?: string;
  /** Why it was not applied, as a code; null when it was. */
  readonly reason: string | null;
}

/** What a signer's device was given so that they can go on without a network, and what came back of it. */
export const offlineKits = pgTable(
  "offline_kits",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    /** Of the device, P-256, SubjectPublicKeyInfo in DER: its private key never leaves the device. */
    publicKey: bytes("public_key").notNull(),
    /** What the device's chain begins with, lower-case hex. */
    start: text("start").notNull(),
    /** Each document as it lay in the kit. */
    documents: jsonb("documents")
      .$type<readonly { readonly documentId: string; readonly revision: number; readonly sha256: string }[]>()
      .notNull(),
    issuedAt: instant("issued_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** From then on nothing that comes back is applied. */
    removedAt: instant("removed_at"),
    removedBy: uuid("removed_by").$type<MemberId>(),
    /** The device found that what lay there was not what it had been given: from then on nothing is applied. */
    changedAt: instant("changed_at"),
    /** The device said that nothing of it is left there. */
    wipedAt: instant("wiped_at"),
    /** The device's events that are here, in order; the events themselves stand in the envelope's chain. */
    events: jsonb("events").$type<readonly KitEvent[]>().notNull().default([]),
    syncedAt: instant("synced_at"),
    /** Server clock minus device clock when it came back. */
    clockOffMs: integer("clock_off_ms"),
    state: text("state").$type<"open" | "done" | "kept">().notNull().default("open"),
    /** Why what came back was not applied. */
    reason: text("reason").$type<KeptReason>(),
    /** What a person made of what was kept. */
    settledAt: instant("settled_at"),
    settledBy: uuid("settled_by").$type<MemberId>(),
    settlement: text("settlement").$type<Settlement>(),
    settlementReason: text("settlement_reason"),
    /** The draft in which it is signed again. */
    copyId: uuid("copy_id").$type<EnvelopeId>(),
  },
  (table) => [
    check("offline_kits_state", sql`${table.state} in ('open', 'done', 'kept')`),
    // Nobody settles without saying how and why, nor anything that was applied.
    check(
      "offline_kits_settlement",
      sql`(${table.settledAt} is null) = (${table.settlement} is null)
        and (${table.settledAt} is null) = (${table.settledBy} is null)
        and (${table.settledAt} is null or ${table.state} = 'kept')
        and (${table.settlement} is null or (${table.settlement} in ('kept', 'again', 'closed')
          and length(coalesce(${table.settlementReason}, '')) between 1 and 500))`,
    ),
    foreignKey({ columns: [table.recipientId], foreignColumns: [recipients.id] }),
    index("offline_kits_recipient").on(table.recipientId, table.issuedAt),
    index("offline_kits_envelope").on(table.envelopeId),
  ],
);
