import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { changePolicy, loadPolicy } from "./store.ts";

const Input = z.object({ leastSealDays: z.number().int().min(0).max(365) });
const DAY_MS = 86_400_000;

/** Settles for how many days more a certificate has to be valid for its key to seal; 0 for as long as it is valid. */
export async function setSealLife(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { leastSealDays } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, { leastSealDays });
    await appendEvent(ctx, { type: "seal-life.settled", envelopeId: null, data: { leastSealDays } });
  });
}

/**
 * @param classDays what the class of the document asks for besides.
 * @throws signing/seal-expired, seal-ends-soon: an administrator brings another, or returns to our own
 */
export async function requireLife(
  ctx: Context,
  { id, notAfter }: { readonly id: string; readonly notAfter: Date },
  classDays = 0,
): Promise<void> {
  const left = notAfter.getTime() - ctx.now().getTime();
  if (left <= 0) throw signingError("seal-expired", `certificate ${id} has expired`);
  const days = Math.max((await loadPolicy(ctx)).leastSealDays, classDays);
  if (left < days * DAY_MS)
    throw signingError("seal-ends-soon", `certificate ${id} ends within ${days} days`);
}
