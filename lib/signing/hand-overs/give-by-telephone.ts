import { z } from "zod";
import { inTransaction, type Visitor } from "#lib/context.ts";
import { attachFile } from "../attach-file.ts";
import { signingError } from "../errors.ts";
import { asPerson, recordTelephone, requireClaimed, telephoneContext } from "./draw-by-telephone.ts";
import { changeHandOver } from "./store.ts";

const Given = z.object({ claim: z.string().max(64), name: z.string().max(1_000) });

/**
 * Takes the file that a telephone gives for a field of the page that waits for it; the hand-over is done by it.
 *
 * @throws signing/hand-over-ended, and what {@link attachFile} refuses
 */
export async function giveByTelephone(
  visitor: Visitor,
  code: string,
  input: z.input<typeof Given>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { claim, name } = Given.parse(input);
  const { ctx, id } = await telephoneContext(visitor, code);
  const row = await inTransaction(ctx, (ctx) => requireClaimed(ctx, id, claim));
  const { fieldId } = row;
  if (!fieldId) throw signingError("hand-over-ended", `hand-over ${id} is for a signature`);
  await attachFile(asPerson(ctx, row), { fieldId, name }, bytes, async (ctx) => {
    await requireClaimed(ctx, id, claim);
    await changeHandOver(ctx, id, { doneAt: ctx.now() });
    await recordTelephone(ctx, row, "hand-over.given");
  });
}
