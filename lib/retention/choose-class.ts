import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { chooseClassRow, isOfTemplate, loadChosenClass, loadClass } from "./class-store.ts";
import { retentionError } from "./errors.ts";
import { lockPurge } from "./queue-store.ts";
import { lockEnvelope } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** Null leaves it to the organization's schedule. */
  classId: z.uuid().nullable(),
});

/**
 * Says which class decides about an envelope, before or after it is sent.
 *
 * @throws retention/not-found, class-retired, class-of-template, envelope-held, purge-begun, envelope-destroyed
 */
export async function chooseClass(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "retention.choose");
  const { envelopeId, classId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    // Whoever helps to prepare it chooses too; afterwards it is about how long it is kept.
    requireOwn(member, envelope.state === "draft" ? envelope : envelope.ownerId, "retention.manage");
    if (envelope.purgedAt) throw retentionError("envelope-destroyed", `envelope ${envelopeId}`);
    if (envelope.heldSince) throw retentionError("envelope-held", `envelope ${envelopeId}`);
    const purge = await lockPurge(ctx, envelopeId);
    if (purge?.state === "approved") throw retentionError("purge-begun", `envelope ${envelopeId}`);
    if (!hasPermission(member, "retention.manage") && (await isOfTemplate(ctx, envelope)))
      throw retentionError("class-of-template", `envelope ${envelopeId}`);
    const before = await loadChosenClass(ctx, envelopeId);
    if (before?.id === classId || (!before && classId === null)) return;
    const chosen = classId === null ? null : await loadClass(ctx, classId);
    if (chosen?.retiredAt) throw retentionError("class-retired", `class ${classId}`);
    await chooseClassRow(ctx, { envelopeId, classId, chosenBy: member.memberId });
    const data = { class: classId, name: chosen?.name ?? null, from: before?.id ?? null };
    await appendEvent(ctx, { type: "retention-class.chosen", envelopeId, data });
  });
}
