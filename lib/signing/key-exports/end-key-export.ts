import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { isToDestroy } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { describeKey, namesIn } from "./describe-key.ts";
import { recordCustody } from "./record-custody.ts";
import {
  changeExport,
  changeVaultEntry,
  loadBuiltExports,
  loadExport,
  loadOrganizationName,
  loadSealKey,
  loadVaultEntry,
} from "./store.ts";

/** Destroys our copies of packed keys that were received, or not taken in a day. */
export async function destroyKeyExports(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const built = await inTransaction(ctx, loadBuiltExports);
  for (const { id } of built.filter((row) => isToDestroy(row, ctx.now()))) {
    const { row, entry } = await inTransaction(ctx, async (ctx) => ({
      row: await loadExport(ctx, id),
      entry: await loadVaultEntry(ctx, id),
    }));
    for (const key of [row.fileKey, entry.fileKey]) if (key) await ctx.runtime.files.delete(key);
    await inTransaction(ctx, async (ctx) => {
      const now = await loadExport(ctx, id, true);
      if (now.destroyedAt) return;
      await changeExport(ctx, id, { destroyedAt: ctx.now() });
      await changeVaultEntry(ctx, id, { destroyedAt: ctx.now() });
      const { name } = await loadOrganizationName(ctx);
      await recordCustody(ctx, row, describeKey(await loadSealKey(ctx, row.signingKeyId), name), {
        action: "destroy",
        releasedBy: "Whereof",
        receivedBy: "nobody",
        from: "encrypted file store",
        to: "nowhere",
        channel: "file and its data key deleted",
        purpose: row.receivedAt ? "received: our copy is not needed any more" : "not taken in a day",
        authority: "rule of the product",
        isWhole: null,
      });
      await appendEvent(ctx, { type: "key-export.destroyed", envelopeId: null, data: { export: id } });
    });
  }
}

const Review = z.object({ exportId: z.uuid(), note: typedText(2000) });

/** Signs off what became of a key that was handed out, thirty days later or before. @throws signing/export-not-received */
export async function reviewKeyExport(ctx: Context, input: z.input<typeof Review>): Promise<void> {
  const { memberId } = requirePermission(ctx, "key-export.read");
  const { exportId, note } = Review.parse(input);
  if (note === "") throw signingError("export-text-missing", "no note");
  await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    if (!row.receivedAt) throw signingError("export-not-received", `export ${exportId}`);
    if (row.reviewedAt) throw signingError("export-closed", `export ${exportId}`);
    if (row.recipientId === memberId) throw signingError("export-own-request", "the recipient reviews");
    await changeExport(ctx, exportId, { reviewedAt: ctx.now(), reviewedBy: memberId, review: note });
    const { name } = await loadOrganizationName(ctx);
    const names = await namesIn(ctx);
    await recordCustody(ctx, row, describeKey(await loadSealKey(ctx, row.signingKeyId), name), {
      action: "review",
      releasedBy: names(row.recipientId),
      receivedBy: names(memberId),
      from: row.destination,
      to: row.destination,
      channel: note,
      purpose: "review after thirty days",
      authority: row.contract,
      isWhole: null,
    });
    await appendEvent(ctx, {
      type: "key-export.reviewed",
      envelopeId: null,
      data: { export: exportId, note },
    });
  });
}
