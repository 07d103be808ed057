import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { changeList, loadList } from "./store.ts";

const Input = z.object({ listId: z.uuid() });
const Offer = Input.extend({ isOffered: z.boolean() });

/** Lets whoever checks a file here choose a list, or members only. @throws evidence/list-not-found */
export async function offerTrustList(ctx: Context, input: z.input<typeof Offer>): Promise<void> {
  requirePermission(ctx, "trust-list.manage");
  const { listId, isOffered } = Offer.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { name } = await loadList(ctx, listId);
    await changeList(ctx, listId, { isOffered });
    const type = isOffered ? "trust-list.offered" : "trust-list.withdrawn";
    await appendEvent(ctx, { type, envelopeId: null, data: { list: listId, name } });
  });
}

/** Forgets a list; reports made with it stay as they are. @throws evidence/list-not-found */
export async function removeTrustList(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "trust-list.manage");
  const { listId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { name } = await loadList(ctx, listId);
    await changeList(ctx, listId, { removedAt: ctx.now() });
    await appendEvent(ctx, { type: "trust-list.removed", envelopeId: null, data: { list: listId, name } });
  });
}
