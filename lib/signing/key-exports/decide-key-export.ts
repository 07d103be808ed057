import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { approvalProblem, exportState } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { changeExport, loadExport } from "./store.ts";

const Approval = z.object({
  exportId: z.uuid(),
  side: z.enum(["it", "legal"]),
  password: z.string().max(1024),
});

/**
 * Approves a request for one's office, with the password once more. With the second office's the key is packed.
 *
 * @throws identity/current-password-wrong, password-not-set; signing/not-found, export-own-request,
 * export-same-person, export-already-approved, export-expired, export-closed
 */
export async function approveKeyExport(ctx: Context, input: z.input<typeof Approval>): Promise<void> {
  requirePermission(ctx, "key-export.read");
  const { exportId, side, password } = Approval.parse(input);
  const { memberId } = requirePermission(ctx, `key-export.approve-${side}`);
  await stepUp(ctx, password);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    const at = ctx.now();
    const problem = approvalProblem(row, side, memberId, at);
    if (problem) throw signingError(problem, `export ${exportId}`);
    const isLast = (side === "it" ? row.approvedByLegal : row.approvedByIt) !== null;
    await changeExport(ctx, exportId, {
      ...(side === "it" ? { approvedByIt: memberId } : { approvedByLegal: memberId }),
      ...(isLast ? { approvedAt: at } : {}),
    });
    const data = { export: exportId, side };
    await appendEvent(ctx, { type: "key-export.approved", envelopeId: null, data });
    if (isLast)
      await appendEvent(ctx, { type: "key-export.granted", envelopeId: null, data: { export: exportId } });
  });
}

const Refusal = z.object({ exportId: z.uuid(), reason: typedText(1000) });

/** Refuses a request, or takes one's own back; there is no going on from there. @throws signing/export-closed */
export async function refuseKeyExport(ctx: Context, input: z.input<typeof Refusal>): Promise<void> {
  const { memberId } = requirePermission(ctx, "key-export.read");
  const { exportId, reason } = Refusal.parse(input);
  if (reason === "") throw signingError("reason-missing", "no reason");
  await inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId, true);
    const state = exportState(row, ctx.now());
    const isOpen = state === "waiting" || (state === "expired" && !row.builtAt);
    if (!isOpen) throw signingError("export-closed", `export ${exportId}`);
    await changeExport(ctx, exportId, { refusedBy: memberId, refusedAt: ctx.now(), refusal: reason });
    const data = { export: exportId, reason };
    await appendEvent(ctx, { type: "key-export.refused", envelopeId: null, data });
  });
}
