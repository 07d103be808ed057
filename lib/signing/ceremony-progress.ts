import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isDone } from "#lib/envelopes/core/routing.ts";
import type { RecipientId } from "#lib/ids.ts";
import { ceremonyStatus } from "./core/ceremony-status.ts";
import { findAuthorization } from "./providers/store.ts";
import { ceremonyOf, type LoadedCeremony, loadCeremony, routed } from "./store.ts";

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
      atProvider: await atProvider(ctx, loaded, actor.recipientId),
    });
  });
}

/** The same word for a view that is shown already. */
export function progressOf(facts: {
  status: string;
  doneCount: number;
  isDelayed: boolean;
  /** How far the person's provider is. */
  atProvider: string;
}): string {
  return `${facts.status} ${facts.doneCount}${facts.isDelayed ? " delayed" : ""}${facts.atProvider}`;
}

/** Empty where nobody else makes their signature. Part of a verb. */
export async function atProvider(
  ctx: Context,
  { envelope }: Pick<LoadedCeremony, "envelope">,
  recipientId: RecipientId,
): Promise<string> {
  if (envelope.signatureKind === "here") return "";
  const row = await findAuthorization(ctx, recipientId);
  return row ? ` ${row.state} ${row.tries} ${row.problem ?? ""}` : " open";
}
