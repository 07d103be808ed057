import type { MemberId } from "#lib/ids.ts";

export const EXPORT_REASONS = ["migration", "disaster-recovery", "rotation", "regulatory-audit"] as const;
export type ExportReason = (typeof EXPORT_REASONS)[number];
/** What goes into the file, which is a PFX under AES-256 either way. */
export const EXPORT_FORMATS = ["pfx-chain", "pfx-certificate"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** Which of the two offices approves. */
export type ApprovalSide = "it" | "legal";

export type ExportState =
  | "waiting"
  | "expired"
  | "refused"
  | "building"
  | "ready"
  | "taken"
  | "received"
  | "reviewed"
  | "destroyed";

/** Only keys of the software provider can leave: what a KMS, HSM or token keeps never does. */
export const isExportable = (provider: string): boolean => provider === "software";

/** A remote signing service keeps what others made. */
export const makesKeys = (provider: string): boolean => provider !== "csc";

/** What decides about an export. */
export interface ExportFacts {
  readonly requestedBy: MemberId;
  readonly recipientId: MemberId;
  readonly requestedAt: Date;
  readonly approvedByIt: MemberId | null;
  readonly approvedByLegal: MemberId | null;
  readonly approvedAt: Date | null;
  readonly refusedAt: Date | null;
  readonly builtAt: Date | null;
  readonly takenAt: Date | null;
  readonly receivedAt: Date | null;
  readonly destroyedAt: Date | null;
  readonly reviewedAt: Date | null;
}

/** The passphrase's own entry: who may see it, and whether it was seen. */
export interface VaultFacts {
  readonly readers: readonly MemberId[];
  readonly shownAt: Date | null;
  readonly destroyedAt: Date | null;
}

export type ExportProblem =
  | "export-own-request"
  | "export-same-person"
  | "export-already-approved"
  | "export-expired"
  | "export-closed"
  | "export-not-ready"
  | "export-not-recipient"
  | "export-already-taken"
  | "export-passphrase-shown"
  | "passphrase-not-yours"
  | "export-not-taken"
  | "export-not-received";

const DAY_MS = 86_400_000;
/** To approve a request, and to take what was built. */
export const EXPORT_LIFE_MS = DAY_MS;
export const REVIEW_AFTER_MS = 30 * DAY_MS;

const isOver = (since: Date, now: Date) => now.getTime() - since.getTime() > EXPORT_LIFE_MS;

export function exportState(facts: ExportFacts, now: Date): ExportState {
  if (facts.refusedAt) return "refused";
  if (facts.reviewedAt) return "reviewed";
  if (facts.receivedAt) return "received";
  // It stays open until whoever took it says that it arrived, also when our copy is gone.
  if (facts.takenAt) return "taken";
  if (facts.destroyedAt) return "destroyed";
  if (facts.builtAt) return isOver(facts.builtAt, now) ? "expired" : "ready";
  if (facts.approvedAt) return "building";
  return isOver(facts.requestedAt, now) ? "expired" : "waiting";
}

/** Why somebody may not approve for an office; null when they may. Two people approve, and neither asked for it. */
export function approvalProblem(
  facts: ExportFacts,
  side: ApprovalSide,
  memberId: MemberId,
  now: Date,
): ExportProblem | null {
  const state = exportState(facts, now);
  if (state === "expired") return "export-expired";
  if (state !== "waiting") return "export-closed";
  if (facts.requestedBy === memberId) return "export-own-request";
  const [own, other] =
    side === "it" ? [facts.approvedByIt, facts.approvedByLegal] : [facts.approvedByLegal, facts.approvedByIt];
  if (own) return "export-already-approved";
  return other === memberId ? "export-same-person" : null;
}

/** Why the file may not be handed out; null when it may, once. */
export function takingProblem(facts: ExportFacts, memberId: MemberId, now: Date): ExportProblem | null {
  if (facts.recipientId !== memberId) return "export-not-recipient";
  if (facts.takenAt) return "export-already-taken";
  const state = exportState(facts, now);
  if (state === "expired") return "export-expired";
  return state === "ready" ? null : "export-not-ready";
}

/**
 * Why the passphrase may not be shown; null when it may, once. Whoever takes the file is never among those who may.
 */
export function passphraseProblem(
  facts: ExportFacts,
  { readers, shownAt, destroyedAt }: VaultFacts,
  memberId: MemberId,
  now: Date,
): ExportProblem | null {
  if (!readers.includes(memberId) || facts.recipientId === memberId) return "passphrase-not-yours";
  if (shownAt) return "export-passphrase-shown";
  const state = exportState(facts, now);
  if (destroyedAt || facts.destroyedAt || state === "expired") return "export-expired";
  return state === "ready" || state === "taken" ? null : "export-not-ready";
}

/** Why a later hand-over of what was handed out cannot be put on record; null when it can. */
export function handOverProblem(
  facts: ExportFacts,
  happenedAt: Date,
  now: Date,
): ExportProblem | "hand-over-day" | null {
  if (!facts.receivedAt) return "export-not-received";
  const arrivedOn = facts.receivedAt.toISOString().slice(0, 10);
  const isPossible = happenedAt <= now && happenedAt.toISOString().slice(0, 10) >= arrivedOn;
  return isPossible ? null : "hand-over-day";
}

/** Why a receipt cannot be given; null when it can. */
export function receiptProblem(facts: ExportFacts, memberId: MemberId): ExportProblem | null {
  if (facts.recipientId !== memberId) return "export-not-recipient";
  if (facts.receivedAt) return "export-closed";
  return facts.takenAt ? null : "export-not-taken";
}

/** Whether our copy has to go now. */
export function isToDestroy(facts: ExportFacts, now: Date): boolean {
  if (!facts.builtAt || facts.destroyedAt) return false;
  return facts.receivedAt !== null || isOver(facts.takenAt ?? facts.builtAt, now);
}

/** What somebody has to be reminded of: a review that is due, a file that was taken and nobody says it arrived. */
export function dueReminders(
  facts: ExportFacts & { readonly reviewDueAt: Date | null },
  now: Date,
): ("review-due" | "receipt-overdue")[] {
  const { refusedAt, reviewedAt, reviewDueAt, takenAt, receivedAt } = facts;
  if (refusedAt || reviewedAt) return [];
  if (reviewDueAt) return reviewDueAt <= now ? ["review-due"] : [];
  return takenAt && !receivedAt && isOver(takenAt, now) ? ["receipt-overdue"] : [];
}
