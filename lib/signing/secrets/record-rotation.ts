import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { isTold, secretsInUse } from "./list-secrets.ts";
import { saveRotation } from "./store.ts";

const Input = z.object({ ref: z.string().min(1).max(200), note: typedLine(500, 1) });

/**
 * Says that a secret was exchanged for another today, and how; its next day is counted from now. Nobody's word counts
 * where the product holds the secret: there the new one has to be in use.
 *
 * @throws signing/secret-unknown, secret-seen-here
 */
export async function recordRotation(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { memberId, name: memberName } = requirePermission(ctx, "key.manage");
  const { ref, note } = Input.parse(input);
  const found = (await secretsInUse(ctx)).find((one) => one.ref === ref);
  if (!found) throw signingError("secret-unknown", `secret ${ref}`);
  const { kind, name } = found;
  if (!isTold(kind)) throw signingError("secret-seen-here", `secret ${ref}`);
  const rotatedAt = ctx.now();
  const id = uuidV7(rotatedAt.getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    await saveRotation(ctx, { id, ref, kind, name, rotatedAt, memberId, memberName, note });
    const data = { rotation: id, ref, kind, name, note: personal(note) };
    await appendEvent(ctx, { type: "secret.rotated", envelopeId: null, data });
  });
}
