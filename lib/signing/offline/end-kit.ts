import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { loadCeremony } from "../store.ts";
import { changeKit, lockKit } from "./store.ts";

const Input = z.object({ kitId: z.uuid() });

/** The device says that nothing of its kit is left there. Told twice, it stands once. */
export async function noteWiped(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { kitId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const kit = await lockKit(ctx, kitId);
    if (kit?.recipientId !== actor.recipientId) throw signingError("offline-kit-unknown", `kit ${kitId}`);
    if (kit.wipedAt !== null) return;
    const wipedAt = ctx.now();
    await changeKit(ctx, kit.id, { wipedAt, removedAt: kit.removedAt ?? wipedAt });
    const data = { recipient: kit.recipientId, kit: kitId };
    await appendEvent(ctx, { type: "offline-kit.wiped", envelopeId: kit.envelopeId, data });
  });
}

/**
 * The device found, before it opened its kit, that it was not what it had been given: nothing that was recorded with it
 * is applied. Told twice, it stands once.
 */
export async function noteChanged(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { kitId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const kit = await lockKit(ctx, kitId);
    if (kit?.recipientId !== actor.recipientId) throw signingError("offline-kit-unknown", `kit ${kitId}`);
    if (kit.changedAt !== null || kit.state !== "open") return;
    const changedAt = ctx.now();
    await changeKit(ctx, kit.id, { changedAt, removedAt: kit.removedAt ?? changedAt });
    const data = { recipient: kit.recipientId, kit: kitId };
    await appendEvent(ctx, { type: "offline-kit.changed", envelopeId: kit.envelopeId, data });
  });
}

/** Of a device that is lost: nothing that comes back from it is applied any more. What it held stands in the list. */
export async function removeKit(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { kitId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const kit = await lockKit(ctx, kitId);
    if (!kit) throw signingError("offline-kit-unknown", `kit ${kitId}`);
    const { envelope } = await loadCeremony(ctx, kit.envelopeId, false);
    requireOwn(member, envelope, "envelope.manage-all");
    if (kit.state !== "open" || kit.removedAt !== null) return;
    await changeKit(ctx, kit.id, { removedAt: ctx.now(), removedBy: member.memberId });
    const data = { recipient: kit.recipientId, kit: kit.id };
    await appendEvent(ctx, { type: "offline-kit.removed", envelopeId: kit.envelopeId, data });
  });
}
