import { and, eq, inArray } from "drizzle-orm";
import { fields, fieldValues } from "#db/schema/envelopes.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { deliveryOf, isLost } from "./core/delivery-state.ts";
import { envelopesError } from "./errors.ts";
import { findFolder } from "./organize-store.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { releaseForOwner } from "./send-scheduled.ts";
import { changeEnvelope, changeRecipient, loadEnvelope, loadRecipients, lockEnvelope } from "./store.ts";

const MOST_TAGS = 20;
const PAUSE_MS = 3_600_000;

interface OfRule {
  readonly envelopeId: EnvelopeId;
  readonly ruleId: string;
}

/** What a workspace's rules look at. Part of a verb. @throws envelopes/not-found */
export async function envelopeFacts(ctx: Context, envelopeId: EnvelopeId) {
  const { templateId, title, tags, ownerId, purgedAt, signatureKind } = await loadEnvelope(ctx, envelopeId);
  const amounts = await ctx.connection
    .select({ label: fields.label, value: fieldValues.value, settings: fields.settings })
    .from(fields)
    .innerJoin(fieldValues, eq(fieldValues.fieldId, fields.id))
    .where(
      and(
        eq(fields.envelopeId, envelopeId),
        eq(fields.organizationId, ctx.organizationId),
        inArray(fields.type, ["number", "amount", "formula"]),
      ),
    );
  return {
    ...{ templateId, title, tags, ownerId, signatureKind, isPurged: purgedAt !== null },
    // What is kept apart stays apart.
    amounts: amounts
      .filter(({ settings }) => !settings.isSensitive)
      .map(({ label, value }) => ({ label, value })),
  };
}

/** Puts one more tag on an envelope; there already, nothing happens. Part of a verb. */
export async function tagByRule(
  ctx: Context,
  { envelopeId, ruleId, tag }: OfRule & { readonly tag: string },
) {
  requireSystem(ctx);
  const { tags } = await lockEnvelope(ctx, envelopeId);
  if (tags.some((one) => one.toLowerCase() === tag.toLowerCase())) return;
  if (tags.length >= MOST_TAGS) throw envelopesError("too-many-tags", `${tags.length} tags`);
  const all = [...tags, tag];
  await changeEnvelope(ctx, envelopeId, { tags: all });
  await indexNow(ctx, [envelopeId]);
  const data = { rule: ruleId, tags: all.map((one) => personal(one)) };
  await appendEvent(ctx, { type: "envelope.tagged", envelopeId, data });
}

/** @throws envelopes/folder-not-found */
export async function fileByRule(
  ctx: Context,
  { envelopeId, ruleId, folderId }: OfRule & { readonly folderId: string },
): Promise<void> {
  requireSystem(ctx);
  const envelope = await lockEnvelope(ctx, envelopeId);
  if (!(await findFolder(ctx, folderId))) throw envelopesError("folder-not-found", `folder ${folderId}`);
  if (envelope.folderId === folderId) return;
  await changeEnvelope(ctx, envelopeId, { folderId, changedAt: envelope.changedAt });
  const data = { rule: ruleId, folder: folderId };
  await appendEvent(ctx, { type: "envelope.moved", envelopeId, data });
}

/**
 * Reminds everybody whose turn it is and who has not been written to within the hour, but for those to whom mail came
 * back: their sender was told.
 *
 * @throws envelopes/not-under-way, reminded-just-now where there is nobody to remind
 */
export async function remindByRule(ctx: Context, { envelopeId, ruleId }: OfRule): Promise<void> {
  requireSystem(ctx);
  const { state } = await lockEnvelope(ctx, envelopeId);
  if (state !== "sent") throw envelopesError("not-under-way", `envelope is ${state}`);
  const at = ctx.now();
  const { entries } = await readChain(ctx, envelopeId);
  const due = (await loadRecipients(ctx, envelopeId)).filter((person) => {
    const last = person.remindedAt ?? person.notifiedAt;
    const isAsked = ["notified", "viewed", "consented"].includes(person.state);
    if (isLost(deliveryOf(entries, person.id))) return false;
    return isAsked && last !== null && at.getTime() - last.getTime() >= PAUSE_MS;
  });
  if (due.length === 0) throw envelopesError("reminded-just-now", `envelope ${envelopeId}`);
  for (const { id } of due) {
    await changeRecipient(ctx, id, { remindedAt: at });
    await appendEvent(ctx, { type: "recipient.reminded", envelopeId, data: { recipient: id, rule: ruleId } });
  }
}

/**
 * Sends a draft for its owner. One that went out already, or was thrown away, is left alone.
 *
 * @throws envelopes/member-not-found where its owner may not send any more; not-ready while anything blocks it
 */
export async function sendByRule(ctx: Context, { envelopeId }: OfRule): Promise<void> {
  requireSystem(ctx);
  const envelope = await lockEnvelope(ctx, envelopeId);
  if (envelope.state === "draft") await releaseForOwner(ctx, envelope);
}
