import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import type { Context } from "#lib/context.ts";
import { circleOf, holderOf } from "./core/alternatives.ts";
import { changeRecipient, endTokens, handFieldsOn, type LoadedCeremony, type RecipientRow } from "./store.ts";

/** Where any one of several is enough: who agrees first acts, and the others are asked no more. Part of a verb. */
export async function takeOn(ctx: Context, loaded: LoadedCeremony, person: RecipientRow): Promise<void> {
  const others = circleOf(person, loaded.recipients).filter(({ id }) => id !== person.id);
  if (others.length === 0) return;
  const holder = holderOf(person, loaded.recipients);
  const open = others.filter(({ state }) => state !== "released");
  const fieldsSha256 = holder.id === person.id ? undefined : await handFieldsOn(ctx, holder.id, person.id);
  for (const { id } of open) await changeRecipient(ctx, id, { state: "released" });
  await endTokens(
    ctx,
    open.map(({ id }) => id),
    ctx.now(),
  );
  await appendEvent(ctx, {
    type: "recipient.took-on",
    envelopeId: loaded.envelope.id,
    data: { recipient: person.id, released: open.map(({ id }) => id), fieldsSha256 },
  });
}

/**
 * Where others are asked as well, whoever will not act only steps back. Part of a verb.
 *
 * @returns whether somebody is left who may act
 */
export async function stepBack(
  ctx: Context,
  loaded: LoadedCeremony,
  person: RecipientRow,
  reason: string,
): Promise<boolean> {
  const left = circleOf(person, loaded.recipients).filter(
    ({ id, state }) => id !== person.id && state !== "released",
  );
  const [next] = left;
  if (!next) return false;
  const isHolder = holderOf(person, loaded.recipients).id === person.id;
  const fieldsSha256 = isHolder ? await handFieldsOn(ctx, person.id, next.id) : undefined;
  await changeRecipient(ctx, person.id, { state: "released", declineReason: reason });
  await endTokens(ctx, [person.id], ctx.now());
  await appendEvent(ctx, {
    type: "recipient.stepped-back",
    envelopeId: loaded.envelope.id,
    data: { recipient: person.id, reason: personal(reason), fieldsSha256 },
  });
  return true;
}
