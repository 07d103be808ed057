import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { publicId } from "#lib/ids.ts";
import type { Because, RuleKind } from "./rules.ts";
import type { CountsFrom, RetentionClass, Trigger } from "./schedule.ts";

/** What is known of an envelope before it is destroyed. */
export interface TombstoneFacts {
  readonly envelope: {
    readonly id: string;
    readonly shortId: string;
    readonly createdAt: Date;
    readonly sentAt: Date | null;
  };
  readonly rule: {
    readonly class: RetentionClass;
    readonly because: Because;
    readonly endedAs: "completed" | "declined" | "voided" | "expired";
    readonly trigger: Trigger;
    readonly endedAt: Date;
    readonly countedFrom: string;
    readonly dueOn: string;
  };
  readonly approvals: readonly {
    readonly act: "reviewed" | "approved";
    readonly memberId: string;
    readonly role: string;
    readonly at: Date;
  }[];
  readonly documents: readonly {
    readonly id: string;
    readonly pages: number;
    readonly revisions: readonly { readonly sha256: string; readonly sizeBytes: number }[];
  }[];
  readonly papers: readonly { readonly kind: string; readonly sha256: string; readonly sizeBytes: number }[];
  readonly certificates: readonly { readonly serial: string; readonly sha256: string }[];
  readonly recipients: number;
  readonly chain: { readonly events: number; readonly head: string };
}

/** What stays of an envelope. Instants and days in ISO 8601, hashes in lower-case hex. */
export interface Tombstone {
  readonly envelope: string;
  readonly shortId: string;
  readonly endedAs: "completed" | "declined" | "voided" | "expired";
  readonly createdAt: string;
  readonly sentAt: string | null;
  readonly endedAt: string;
  readonly retention: {
    readonly class: string;
    readonly trigger: "completion" | "void" | "expiry";
    readonly years: number;
    readonly basis: string;
    readonly dueOn: string;
    /** What the years were counted from, and the day; those of before this was written do not say. */
    readonly countsFrom?: CountsFrom;
    readonly countedFrom?: string;
    /** Why the class decided; a rule by its number and kind, without what it named: that may be a person. */
    readonly decidedBy?: { readonly how: Because["how"]; readonly kind?: RuleKind; readonly rule?: string };
  };
  readonly approvals: readonly {
    readonly act: "reviewed" | "approved";
    readonly member: string;
    readonly role: string;
    readonly at: string;
  }[];
  readonly documents: readonly {
    readonly id: string;
    readonly pages: number;
    readonly originalSha256: string;
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly revisions: number;
  }[];
  readonly papers: readonly { readonly kind: string; readonly sha256: string; readonly sizeBytes: number }[];
  readonly certificates: readonly { readonly serial: string; readonly sha256: string }[];
  readonly recipients: number;
  /** The chain as it stood before the purge. */
  readonly chain: { readonly events: number; readonly head: string };
}

/** What stays of an envelope: hashes, dates, and who let it go; nothing about the people in it. */
export function tombstoneOf(facts: TombstoneFacts): Tombstone {
  const { envelope, rule, approvals, documents, papers, certificates, recipients, chain } = facts;
  const { name, years, countsFrom, basis } = rule.class;
  return {
    envelope: publicId("envelope", envelope.id),
    shortId: envelope.shortId,
    endedAs: rule.endedAs,
    createdAt: envelope.createdAt.toISOString(),
    sentAt: envelope.sentAt?.toISOString() ?? null,
    endedAt: rule.endedAt.toISOString(),
    retention: {
      ...{ class: name, trigger: rule.trigger, years, basis, dueOn: rule.dueOn },
      ...{ countsFrom, countedFrom: rule.countedFrom, decidedBy: decidedBy(rule.because) },
    },
    approvals: approvals.map(({ act, memberId, role, at }) => ({
      ...{ act, role, at: at.toISOString() },
      member: publicId("member", memberId),
    })),
    documents: documents.map(({ id, pages, revisions }) => ({
      ...{ id: publicId("document", id), pages, revisions: revisions.length },
      originalSha256: revisions[0]!.sha256,
      sha256: revisions.at(-1)!.sha256,
      sizeBytes: revisions.at(-1)!.sizeBytes,
    })),
    papers: papers.map(({ kind, sha256, sizeBytes }) => ({ kind, sha256, sizeBytes })),
    certificates: certificates.map(({ serial, sha256 }) => ({ serial, sha256 })),
    recipients,
    chain,
  };
}

const decidedBy = (because: Because) =>
  because.how === "rule"
    ? { how: because.how, kind: because.kind, rule: because.rule }
    : { how: because.how };

/** The exact bytes that are hashed, and their SHA-256 in lower-case hex, which the envelope's chain holds. */
export function sealedTombstone(tombstone: Tombstone): { body: string; sha256: string } {
  const body = canonicalJson(tombstone as unknown as Json);
  return { body, sha256: toHex(sha256(fromUtf8(body))) };
}
