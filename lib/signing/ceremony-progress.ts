import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isDone } from "#lib/envelopes/core/routing.ts";
import { ceremonyStatus } from "./core/ceremony-status.ts";
import { ceremonyOf, loadCeremony, routed } from "./store.ts";

/** How far an envelope is, in one word that changes when there is something new to show. */
export async function ceremonyProgress(ctx: Context): Promise<string> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, actor.envelopeId, false);
    const ceremony = ceremonyOf(loaded, actor.recipientId);
    return progressOf({
      status: ceremonyStatus(ceremony, actor.hasEnded),
      doneCount: routed(loaded.recipients).filter(isDone).length,
      isDelayed: loaded.envelope.waitingFor !== null,
    });
  });
}

/** The same word for a view that is shown already. */
export function progressOf(facts: { status: string; doneCount: number; isDelayed: boolean }): string {
  return `${facts.status} ${facts.doneCount}${facts.isDelayed ? " delayed" : ""}`;
}
