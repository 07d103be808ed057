import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, FieldFileId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { loadCeremony } from "../store.ts";
import { changeKit, type KitRow, loadKeptFiles, loadKits, lockKit } from "./store.ts";

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

/** Of a device that is lost: nothing that comes back from it is applied any more. What it held stands in the list. */
export async function removeKit(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  await changeAs(ctx, input, async (ctx, kit, memberId) => {
    if (kit.state !== "open" || kit.removedAt !== null) return;
    await changeKit(ctx, kit.id, { removedAt: ctx.now(), removedBy: memberId });
    const data = { recipient: kit.recipientId, kit: kit.id };
    await appendEvent(ctx, { type: "offline-kit.removed", envelopeId: kit.envelopeId, data });
  });
}

/** Somebody has seen what could not be applied, and has done with it what there was to do. @throws signing/offline-not-kept */
export async function settleKept(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  await changeAs(ctx, input, async (ctx, kit, memberId) => {
    if (kit.state !== "kept") throw signingError("offline-not-kept", `kit ${kit.id} is ${kit.state}`);
    if (kit.settledAt !== null) return;
    await changeKit(ctx, kit.id, { settledAt: ctx.now(), settledBy: memberId });
    const data = { recipient: kit.recipientId, kit: kit.id, reason: kit.reason };
    await appendEvent(ctx, { type: "offline-kit.settled", envelopeId: kit.envelopeId, data });
  });
}

async function changeAs(
  ctx: Context,
  input: z.input<typeof Input>,
  change: (ctx: Context, kit: KitRow, memberId: NonNullable<KitRow["settledBy"]>) => Promise<void>,
): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { kitId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const kit = await lockKit(ctx, kitId);
    if (!kit) throw signingError("offline-kit-unknown", `kit ${kitId}`);
    const { envelope } = await loadCeremony(ctx, kit.envelopeId, false);
    requireOwn(member, envelope, "envelope.manage-all");
    await change(ctx, kit, member.memberId);
  });
}

/** A kit as its sender sees it. */
export interface KitView {
  readonly id: string;
  readonly recipientId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly state: KitRow["state"];
  readonly reason: KitRow["reason"];
  readonly syncedAt: Date | null;
  readonly removedAt: Date | null;
  readonly wipedAt: Date | null;
  readonly settledAt: Date | null;
  /** Server clock minus device clock when it came back. */
  readonly clockOffMs: number | null;
  readonly documentIds: readonly string[];
  /** What was given and stands in no field. */
  readonly files: readonly { readonly id: FieldFileId; readonly name: string; readonly sizeBytes: number }[];
  readonly acts: readonly { readonly act: string; readonly at: string; readonly reason: string | null }[];
}

/** What lay on signers' devices, and what came back. */
export async function listKits(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<readonly KitView[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const { envelope } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.read-all");
    const kits = await loadKits(ctx, input.envelopeId);
    const files = await loadKeptFiles(ctx, input.envelopeId);
    return kits.map((kit) => {
      const { id, recipientId, issuedAt, expiresAt, state, reason, syncedAt, clockOffMs } = kit;
      const { removedAt, wipedAt, settledAt, documents, events } = kit;
      return {
        ...{ id, recipientId, issuedAt, expiresAt, state, reason, syncedAt, clockOffMs },
        ...{ removedAt, wipedAt, settledAt, documentIds: documents.map(({ documentId }) => documentId) },
        files: files
          .filter(({ kitId }) => kitId === id)
          .map(({ id, name, sizeBytes }) => ({ id, name, sizeBytes })),
        acts: events.map(({ act, at, reason }) => ({ act, at, reason })),
      };
    });
  });
}
