import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { changeBroughtSeal, loadBroughtSeal } from "./store.ts";

/** Has the test signing made once more. @throws signing/seal-not-found, seal-not-waiting */
export async function repeatSealTest(ctx: Context, input: { readonly sealId: string }): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const { sealId } = input;
  await inTransaction(ctx, async (ctx) => {
    const { state } = await loadBroughtSeal(ctx, sealId, true);
    if (state !== "certified" && state !== "tested")
      throw signingError("seal-not-waiting", `a seal that is ${state}`);
    await changeBroughtSeal(ctx, sealId, {
      state: "certified",
      checks: null,
      testId: null,
      testEventId: null,
    });
    await appendEvent(ctx, { type: "seal-test.requested", envelopeId: null, data: { seal: sealId } });
  });
}
