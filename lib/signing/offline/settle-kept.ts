import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type MemberActor, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { copyEnvelope } from "#lib/envelopes/clone-envelope.ts";
import { isPressed, mayBeEdited } from "#lib/envelopes/core/fields/field-types.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { isRefusal } from "#lib/errors.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, FieldId } from "#lib/ids.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { parseValue } from "../core/field-values.ts";
import { type Captured, capturedIn } from "../core/offline-captured.ts";
import { againBy, SETTLEMENTS, type Settlement } from "../core/offline-settlement.ts";
import { drawValue, pageOf } from "../draw-value.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, type FieldRow, type LoadedCeremony, loadCeremony, saveValue } from "../store.ts";
import { changeKit, type KitRow, loadKit, lockKit } from "./store.ts";

const Input = z.object({
  kitId: z.uuid(),
  settlement: z.enum(SETTLEMENTS),
  /** Why, in the words of whoever settles it. */
  reason: typedText(500),
});

export interface Settled {
  /** The draft that was made; null where none was. */
  readonly copyId: EnvelopeId | null;
  /** How many answers were put where the person finds them. */
  readonly answers: number;
}

/**
 * Says what becomes of what was captured without a network and not applied. It stays on record whatever is chosen.
 * `again` puts the captured answers into the fields that are empty and mails a new link, or makes a draft that holds
 * them where the envelope is over: nothing is signed by it, the person signs again.
 *
 * @throws signing/offline-not-kept, offline-settled, offline-reason-missing, offline-not-again; what copyEnvelope and
 * remindRecipient throw
 */
export async function settleKept(ctx: Context, input: z.input<typeof Input>): Promise<Settled> {
  const member = requirePermission(ctx, "envelope.manage");
  const { kitId, settlement, reason } = Input.parse(input);
  if (reason === "") throw signingError("offline-reason-missing", "no reason given");
  const asked = { kitId, settlement, reason, member };
  const known = await inTransaction(ctx, (ctx) => lockKept(ctx, asked));
  if (settlement !== "again" || known.by !== "copy")
    return inTransaction(ctx, async (ctx) => {
      const kept = await lockKept(ctx, asked);
      if (kept.by === "copy" && settlement === "again")
        throw envelopesError("changed-meanwhile", `kit ${kitId}`);
      const answers = settlement === "again" ? await askAgain(ctx, kept) : 0;
      await settle(ctx, kept, asked, { answers, copyId: null });
      return { copyId: null, answers };
    });
  const filled = new Map(known.answers.map(({ field, value }) => [field.id as string, value]));
  const copyId = await copyEnvelope(
    ctx,
    known.kit.envelopeId,
    async (ctx, copyId) => {
      const kept = await lockKept(ctx, asked);
      if (kept.by !== "copy") throw envelopesError("changed-meanwhile", `kit ${kitId}`);
      await settle(ctx, kept, asked, { answers: filled.size, copyId });
    },
    (draft) => ({
      ...draft,
      fields: draft.fields.map((field) => {
        const value = filled.get(field.id);
        return value === undefined ? field : { ...field, settings: { ...field.settings, value } };
      }),
    }),
  );
  return { copyId, answers: filled.size };
}

interface Asked {
  readonly kitId: string;
  readonly settlement: Settlement;
  readonly reason: string;
  readonly member: MemberActor;
}

interface Kept {
  readonly kit: KitRow;
  readonly loaded: LoadedCeremony;
  readonly by: ReturnType<typeof againBy>;
  readonly answers: readonly { readonly field: FieldRow; readonly value: string }[];
}

/** Looked at under the envelope's lock, as everything that changes it is. */
async function lockKept(ctx: Context, { kitId, settlement, member }: Asked): Promise<Kept> {
  const named = await loadKit(ctx, kitId);
  if (!named) throw signingError("offline-kit-unknown", `kit ${kitId}`);
  const loaded = await loadCeremony(ctx, named.envelopeId, true);
  requireOwn(member, loaded.envelope, "envelope.manage-all");
  const kit = (await lockKit(ctx, kitId))!;
  if (kit.state !== "kept") throw signingError("offline-not-kept", `kit ${kitId} is ${kit.state}`);
  if (kit.settledAt !== null) throw signingError("offline-settled", `kit ${kitId}: ${kit.settlement}`);
  const person = loaded.recipients.find(({ id }) => id === kit.recipientId)!;
  const by = againBy(kit.reason, { envelopeState: loaded.envelope.state, personState: person.state });
  if (settlement !== "again") return { kit, loaded, by, answers: [] };
  if (by === null || loaded.envelope.purgedAt !== null)
    throw signingError("offline-not-again", `kit ${kitId}: ${loaded.envelope.state}, ${person.state}`);
  const { entries } = await readChain(ctx, kit.envelopeId);
  return { kit, loaded, by, answers: answersIn(ctx, loaded, kit, capturedIn(entries, kitId)) };
}

/** What may be filled in beforehand, fits, and is empty: an answer that was given since is not written over. */
function answersIn(
  ctx: Context,
  loaded: LoadedCeremony,
  { recipientId }: KitRow,
  { fills }: Captured,
): Kept["answers"] {
  const own = new Set(ceremonyOf(loaded, recipientId).fields.map(({ id }) => id));
  return loaded.fields.flatMap((field) => {
    const fill = fills.get(field.id);
    const isTaken = !fill || !own.has(field.id) || !mayBeEdited(field) || field.settings.isReadOnly;
    if (isTaken || (loaded.values.get(field.id) ?? "") !== "") return [];
    const value = fitting(ctx, loaded, field, fill);
    return value === "" ? [] : [{ field, value }];
  });
}

/** As it is kept; empty where the field does not take it. */
function fitting(
  ctx: Context,
  loaded: LoadedCeremony,
  field: FieldRow,
  { value: given, locale }: { readonly value: string; readonly locale: string | undefined },
): string {
  const page = pageOf(loaded, field);
  const person = loaded.recipients.find(({ id }) => id === field.recipientId)!;
  try {
    const separators = locale ? separatorsOf(locale) : undefined;
    const value = parseValue(field, given, boxSize(field, page).heightPt, separators);
    const marks = { signature: null, initials: null };
    if (!isPressed(field.type))
      drawValue(ctx, { field, value, page, marks, file: null, person, at: ctx.now() });
    return value;
  } catch (error) {
    if (isRefusal(error)) return "";
    throw error;
  }
}

const CAN_BE_MAILED = ["notified", "viewed", "consented"];

/** Puts the answers back, each on record, and mails a link to whoever's turn it is. @returns how many */
async function askAgain(ctx: Context, { kit, loaded, answers }: Kept): Promise<number> {
  const { recipientId, envelopeId } = kit;
  for (const { field, value } of answers) {
    await saveValue(ctx, field.id as FieldId, value);
    const data = { recipient: recipientId, field: field.id, value: personal(value), kit: kit.id };
    await appendEvent(ctx, { type: "field.restored", envelopeId, data });
  }
  const { state } = loaded.recipients.find(({ id }) => id === recipientId)!;
  if (CAN_BE_MAILED.includes(state)) await remindRecipient(ctx, { envelopeId, recipientId });
  return answers.length;
}

async function settle(
  ctx: Context,
  { kit }: Kept,
  { settlement, reason, member }: Asked,
  { answers, copyId }: Settled,
): Promise<void> {
  const settledAt = ctx.now();
  await changeKit(ctx, kit.id, {
    ...{ settledAt, settledBy: member.memberId, settlement, settlementReason: reason, copyId },
  });
  await appendEvent(ctx, {
    type: "offline-kit.settled",
    envelopeId: kit.envelopeId,
    data: {
      ...{ recipient: kit.recipientId, kit: kit.id, kept: kit.reason, settlement, reason: personal(reason) },
      ...{ by: settlement === "again" ? (copyId ? "copy" : "link") : undefined, answers },
      copy: copyId ?? undefined,
    },
  });
}
