import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { changeBroughtSeal, loadBroughtSeal } from "./store.ts";

/** Gives up a brought key that is not the seal. @throws signing/seal-not-found, seal-in-use */
export async function dropSeal(ctx: Context, input: { readonly sealId: string }): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const { sealId } = input;
  await inTransaction(ctx, async (ctx) => {
    const { state } = await loadBroughtSeal(ctx, sealId, true);
    if (state === "active") throw signingError("seal-in-use", `seal ${sealId} is the organization's`);
    await changeBroughtSeal(ctx, sealId, { state: "dropped" });
    await appendEvent(ctx, { type: "seal.dropped", envelopeId: null, data: { seal: sealId, was: state } });
  });
}
