import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, FieldId } from "#lib/ids.ts";
import { contractEndOf, loadDayFields, setContractEndRow } from "./contract-end-store.ts";
import { isDay } from "./core/schedule.ts";
import { retentionError } from "./errors.ts";
import { lockPurge } from "./queue-store.ts";
import { lockEnvelope } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** `2027-12-31`; empty for none. */
  endsOn: z.string().max(20).default(""),
  /** A field in which a signer enters the day, instead of a day. */
  fieldId: z.uuid().nullable().default(null),
});

/**
 * Says when the contract in an envelope ends, or which field says so: what classes count from that state a contract's
 * life and a limitation period. Neither takes it back.
 *
 * @throws retention/not-found, contract-end-wrong, contract-field-wrong, envelope-held, purge-begun,
 *   envelope-destroyed
 */
export async function setContractEnd(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "retention.choose");
  const { envelopeId, endsOn: typed, fieldId: chosen } = Input.parse(input);
  const fieldId = chosen as FieldId | null;
  const endsOn = typed === "" || fieldId ? null : typed;
  if (endsOn !== null && !isDay(endsOn)) throw retentionError("contract-end-wrong", "no day");
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope.ownerId, "retention.manage");
    if (envelope.purgedAt) throw retentionError("envelope-destroyed", `envelope ${envelopeId}`);
    if (envelope.heldSince) throw retentionError("envelope-held", `envelope ${envelopeId}`);
    const purge = await lockPurge(ctx, envelopeId);
    if (purge?.state === "approved") throw retentionError("purge-begun", `envelope ${envelopeId}`);
    if (fieldId && !(await loadDayFields(ctx, envelopeId)).some(({ id }) => id === fieldId))
      throw retentionError("contract-field-wrong", `field ${fieldId}`);
    const before = await contractEndOf(ctx, envelopeId);
    const isSame = before?.fieldId === fieldId && (fieldId !== null || before?.endsOn === endsOn);
    if (isSame || (!before && !endsOn && !fieldId)) return;
    const end = endsOn || fieldId ? { endsOn, fieldId, setBy: member.memberId } : null;
    await setContractEndRow(ctx, envelopeId, end);
    const from = { endsOn: before?.endsOn ?? null, field: before?.fieldId ?? null };
    const data = { endsOn, field: fieldId, from };
    await appendEvent(ctx, { type: "contract-end.set", envelopeId, data });
  });
}
