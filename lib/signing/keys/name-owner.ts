import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { isMember, saveOwner } from "./ends-store.ts";
import { allEnds } from "./list-ends.ts";

const Input = z.object({ ref: z.string().min(1).max(100), memberId: z.uuid() });

/** Says who looks after a key, a certificate or an access: they are warned of its end too. @throws signing/owner-unknown */
export async function nameOwner(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { memberId: namedBy } = requirePermission(ctx, "key.manage");
  const { ref, memberId } = Input.parse(input);
  const { known } = await allEnds(ctx);
  const found = known.find((one) => one.ref === ref);
  if (!found) throw signingError("owner-unknown", `nothing of the name ${ref}`);
  const owner = memberId as MemberId;
  await inTransaction(ctx, async (ctx) => {
    if (!(await isMember(ctx, owner))) throw signingError("owner-unknown", `member ${memberId}`);
    await saveOwner(ctx, { ref, memberId: owner, namedBy, namedAt: ctx.now() });
    const data = { ref, kind: found.kind, name: found.name, owner };
    await appendEvent(ctx, { type: "key-owner.named", envelopeId: null, data });
  });
}
