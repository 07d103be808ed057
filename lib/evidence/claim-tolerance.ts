import { type Context, inTransaction } from "#lib/context.ts";
import { loadClaimTolerance } from "./store.ts";

/** How far a claimed signing time may be from the proven one, as the organization has settled it. Part of a verb. */
export const claimTolerance = async (ctx: Context): Promise<number> =>
  (await inTransaction(ctx, loadClaimTolerance)) * 60_000;
