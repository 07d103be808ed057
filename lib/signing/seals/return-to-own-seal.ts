import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { lockSeal } from "../store.ts";
import { retireSeals } from "./store.ts";

/** Lets the installation's own authority issue the seal again: a new key is made at its next use. */
export async function returnToOwnSeal(ctx: Context): Promise<void> {
  requirePermission(ctx, "seal.manage");
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    await retireSeals(ctx);
    await appendEvent(ctx, { type: "seal.returned", envelopeId: null, data: {} });
  });
}
