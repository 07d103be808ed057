import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { loadSignatureChoice } from "./authentication/signature-choice.ts";
import { DRAFT_DEFAULTS, ENVELOPE_LIMITS } from "./core/draft.ts";
import { shortId } from "./core/short-id.ts";
import { usualDemand } from "./core/signature-kind.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { loadSettings, saveEnvelope } from "./store.ts";

/** Starts a draft. */
export async function createEnvelope(ctx: Context, input: { title: string }): Promise<EnvelopeId> {
  const member = requirePermission(ctx, "envelope.create");
  const title = cutText(shownLine(input.title), ENVELOPE_LIMITS.titleLength);
  const { runtime } = ctx;
  return inTransaction(ctx, async (ctx) => {
    const at = ctx.now();
    const id = uuidV7(at.getTime(), runtime.random(10)) as EnvelopeId;
    const { draftDefaults = DRAFT_DEFAULTS } = await loadSettings(ctx);
    await saveEnvelope(ctx, {
      ...draftDefaults,
      ...usualDemand(await loadSignatureChoice(ctx)),
      organizationId: ctx.organizationId,
      id,
      shortId: shortId(runtime.random(8)),
      ownerId: member.memberId,
      title,
      state: "draft",
      level: runtime.config.level,
      createdAt: at,
      changedAt: at,
    });
    await indexNow(ctx, [id]);
    await appendEvent(ctx, { type: "envelope.created", envelopeId: id, data: { title: personal(title) } });
    return id;
  });
}
