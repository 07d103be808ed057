import { z } from "zod";
import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { expectedPurgeDay, type PurgeState } from "./core/purge.ts";
import { type Action, isDue } from "./core/schedule.ts";
import { countQueue, loadQueue, type PurgeRow } from "./queue-store.ts";
import { ruleOf } from "./rule.ts";
import { loadNames } from "./store.ts";

export interface QueuedEnvelope {
  readonly envelopeId: EnvelopeId;
  readonly shortId: string;
  readonly title: string;
  readonly sender: string;
  readonly state: PurgeState;
  readonly endedAs: string;
  readonly endedAt: Date | null;
  /** The first day on which it may be destroyed: its time is over, and who decides was told long enough before. */
  readonly dueOn: string;
  readonly isDue: boolean;
  readonly className: string | null;
  readonly years: number | null;
  /** What its class wants done on that day. */
  readonly action: Action;
  /** Whom it was handed over to. */
  readonly handedTo: string | null;
  readonly archivedAt: Date | null;
  readonly isHeld: boolean;
  readonly reviewed: { readonly by: string; readonly at: Date; readonly isMe: boolean } | null;
  readonly removed: { readonly by: string; readonly reason: string; readonly returnsOn: string } | null;
}

export interface QueueView {
  readonly queued: readonly QueuedEnvelope[];
  /** Let through twice, and waiting for their day or being destroyed. */
  readonly underWay: readonly QueuedEnvelope[];
  readonly removed: readonly QueuedEnvelope[];
  /** Proven to be whole in the archive, and kept. */
  readonly archived: readonly QueuedEnvelope[];
  /** Of all there are in the queue, also those not listed. */
  readonly total: number;
  /** There is another page of one of the lists. */
  readonly hasMore: boolean;
  readonly may: { readonly decide: boolean };
}

const SHOWN = 200;

const Page = z.object({ page: z.int().min(1).max(10_000).default(1) });

/** What is due to be destroyed, and how far it is. @param input `page` of all lists, from 1 */
export async function listPurges(ctx: Context, input: z.input<typeof Page> = {}): Promise<QueueView> {
  const member = requirePermission(ctx, "retention.read");
  const { page } = Page.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const start = (page - 1) * SHOWN;
    const names = await loadNames(ctx);
    const counts = await countQueue(ctx);
    const list = async (states: readonly PurgeRow["state"][]) => {
      const rows = await loadQueue(ctx, states, SHOWN, start);
      return Promise.all(rows.map((row) => inWords(ctx, row, names, member.memberId)));
    };
    return {
      queued: await list(QUEUED),
      underWay: await list(UNDER_WAY),
      removed: await list(REMOVED),
      archived: await list(ARCHIVED),
      total: countIn(counts, QUEUED),
      hasMore: Math.max(...LISTS.map((states) => countIn(counts, states))) > start + SHOWN,
      may: { decide: hasPermission(member, "purge.decide") },
    };
  });
}

const QUEUED = ["due", "reviewed"] as const;
const UNDER_WAY = ["approved", "purging"] as const;
const REMOVED = ["removed"] as const;
const ARCHIVED = ["archived"] as const;
const LISTS = [QUEUED, UNDER_WAY, REMOVED, ARCHIVED];

const countIn = (counts: ReadonlyMap<PurgeState, number>, states: readonly PurgeState[]): number =>
  states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);

async function inWords(
  ctx: Context,
  { purge, envelope, ownerName }: Awaited<ReturnType<typeof loadQueue>>[number],
  names: ReadonlyMap<MemberId, string>,
  me: MemberId,
): Promise<QueuedEnvelope> {
  const rule = await ruleOf(ctx, envelope);
  const { reviewedBy, reviewedAt, removedBy, removeReason, returnsOn, state } = purge;
  const { action, handedTo, archivedAt } = purge;
  const dueOn = expectedPurgeDay(purge, ctx.now());
  const { id: envelopeId, shortId, title, endedAt } = envelope;
  return {
    ...{ envelopeId, shortId, title, state, endedAs: envelope.state, endedAt, dueOn },
    ...{ action, handedTo, archivedAt },
    sender: ownerName ?? "",
    isDue: isDue(dueOn, ctx.now()),
    className: rule?.class.name ?? null,
    years: rule?.class.years ?? null,
    isHeld: envelope.heldSince !== null,
    reviewed:
      reviewedBy && reviewedAt
        ? { by: names.get(reviewedBy) ?? "", at: reviewedAt, isMe: reviewedBy === me }
        : null,
    removed:
      removedBy && returnsOn
        ? { by: names.get(removedBy) ?? "", reason: removeReason ?? "", returnsOn }
        : null,
  };
}
