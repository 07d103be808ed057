import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { KeepingFacts } from "#lib/evidence/core/keeping-facts.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { TRIGGERS, triggerOf } from "./core/schedule.ts";
import { loadEveryHoldOver } from "./hold-store.ts";
import { decideClass, ruleOf } from "./rule.ts";
import { loadEnvelope } from "./store.ts";

/** What a paper about an envelope says of how long it is kept. @throws retention/not-found */
export async function keepingFacts(
  ctx: WorkerContext,
  { envelopeId }: { readonly envelopeId: EnvelopeId },
): Promise<KeepingFacts> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    const { class: decisive, because } = await decideClass(
      ctx,
      envelope,
      triggerOf(envelope.state) ?? TRIGGERS[0],
    );
    const { id, name, years, countsFrom, action, basis } = decisive;
    return {
      rule: {
        ...{ name, years, countsFrom, action, basis },
        isStandard: id === null,
        isChosen: because.how === "chosen",
        decidedBy: because.how === "rule" ? because.kind : because.how,
        dueOn: (await ruleOf(ctx, envelope))?.dueOn ?? null,
      },
      holds: await loadEveryHoldOver(ctx, envelopeId),
    };
  });
}
