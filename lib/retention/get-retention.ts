import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadChosenClass, loadClasses } from "./class-store.ts";
import { contractEndOf, loadDayFields } from "./contract-end-store.ts";
import type { Because } from "./core/rules.ts";
import { clockStart, dayOf, dueDay, type RetentionClass, TRIGGERS, triggerOf } from "./core/schedule.ts";
import type { Tombstone } from "./core/tombstone.ts";
import { findTombstone, loadDestruction } from "./destruction-store.ts";
import { loadHoldsOver, loadTemplateNames } from "./hold-store.ts";
import { findPurge } from "./queue-store.ts";
import { type AgreedTerm, decideClass, ruleOf } from "./rule.ts";
import { loadAgreedTerm } from "./rules-store.ts";
import { type EnvelopeRow, loadEnvelope } from "./store.ts";

export interface RetentionView {
  /** What decides, or would if the envelope completed. */
  readonly class: RetentionClass;
  readonly because: Because;
  /** Of a template, its name; of every other rule its value. */
  readonly ruleName: string | null;
  /** What an agreement about health data asks for, and until when: null while its clock stands. */
  readonly agreed: (NonNullable<AgreedTerm> & { readonly dueOn: string | null }) | null;
  readonly chosenId: string | null;
  /** The first day on which it may be destroyed; null while nothing has started its clock. */
  readonly dueOn: string | null;
  /** Where the class counts from the end of the contract: what is known of it. */
  readonly contract: {
    readonly endsOn: string | null;
    /** Of the field that says it; null where somebody entered it, or nobody did. */
    readonly fieldId: string | null;
    readonly fieldLabel: string | null;
    /** It was signed only after that, so the time begins then. */
    readonly startsOn: string | null;
    /** Dates that signers enter. */
    readonly fields: readonly { readonly id: string; readonly label: string }[];
  } | null;
  readonly heldSince: Date | null;
  /** For those who may know what it is about. */
  readonly holds: readonly { readonly id: string; readonly matter: string; readonly placedAt: Date }[];
  readonly queue: "due" | "removed" | "archived" | "reviewed" | "approved" | "purging" | "purged" | null;
  readonly destroyed: {
    readonly tombstone: Tombstone;
    readonly at: Date;
    readonly destructionId: string;
    readonly hasCertificate: boolean;
  } | null;
  readonly choices: readonly { readonly id: string; readonly name: string; readonly years: number }[];
  readonly may: { readonly choose: boolean; readonly readAll: boolean };
}

/** What the schedule and holds mean for one envelope, or what is left of it. @throws retention/not-found */
export async function getRetention(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<RetentionView> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
    const classes = await loadClasses(ctx);
    const chosen = await loadChosenClass(ctx, envelope.id);
    const rule = await ruleOf(ctx, envelope);
    const purge = await findPurge(ctx, envelope.id);
    const isOwn = envelope.ownerId === member.memberId || hasPermission(member, "retention.manage");
    const readAll = hasPermission(member, "retention.read");
    const holds = readAll ? await loadHoldsOver(ctx, envelope.id) : [];
    const isOpen = !envelope.purgedAt && !envelope.heldSince && purge?.state !== "approved";
    const decided = await decideClass(ctx, envelope, triggerOf(envelope.state) ?? TRIGGERS[0]);
    const { class: decisive, because } = decided;
    const term = await loadAgreedTerm(ctx, envelope.id);
    const agreedOn = term && envelope.endedAt ? dueDay(envelope.endedAt, term.years) : null;
    const isOfContract = decisive.countsFrom === "contract-end";
    return {
      class: decisive,
      because,
      ruleName: await nameOf(ctx, because),
      agreed: term && { ...term, dueOn: agreedOn },
      contract: isOfContract ? await contractOf(ctx, envelope) : null,
      chosenId: chosen?.id ?? null,
      dueOn: rule?.dueOn ?? null,
      heldSince: envelope.heldSince,
      holds: holds.map(({ id, matter, placedAt }) => ({ id, matter, placedAt })),
      queue: purge?.state ?? null,
      destroyed: envelope.purgedAt ? await leftOf(ctx, envelope.id, envelope.purgedAt) : null,
      choices: classes.map(({ id, name, years }) => ({ id, name, years })),
      may: { choose: isOpen && isOwn && hasPermission(member, "retention.choose"), readAll },
    };
  });
}

async function nameOf(ctx: Context, because: Because): Promise<string | null> {
  if (because.how !== "rule") return null;
  if (because.kind !== "template") return because.value;
  return (await loadTemplateNames(ctx)).find(({ id }) => id === because.value)?.name ?? because.value;
}

async function contractOf(ctx: Context, { id, endedAt }: EnvelopeRow): Promise<RetentionView["contract"]> {
  const end = await contractEndOf(ctx, id);
  const start = endedAt && clockStart({ countsFrom: "contract-end" }, endedAt, end?.endsOn ?? null);
  return {
    ...{ endsOn: end?.endsOn ?? null, fieldId: end?.fieldId ?? null, fieldLabel: end?.fieldLabel ?? null },
    startsOn: start ? dayOf(start) : null,
    fields: await loadDayFields(ctx, id),
  };
}

async function leftOf(ctx: Context, envelopeId: EnvelopeId, at: Date): Promise<RetentionView["destroyed"]> {
  const left = await findTombstone(ctx, envelopeId);
  if (!left) return null;
  const { content, destructionId } = left;
  const { fileKey } = await loadDestruction(ctx, destructionId);
  return { tombstone: content, at, destructionId, hasCertificate: fileKey !== null };
}
