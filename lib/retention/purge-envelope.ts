import { appendEvent, holdEvents } from "#lib/audit/append-event.ts";
import { readLettingThrough } from "#lib/audit/letting-through.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { reached } from "#lib/signing/steps.ts";
import { purgeDay } from "./core/purge.ts";
import { type Action, isDue, isForPeople } from "./core/schedule.ts";
import { sealedTombstone, tombstoneOf } from "./core/tombstone.ts";
import { type DestroyedNote, noteDestroyed } from "./destroyed-notes.ts";
import { findTombstone, loadDestruction, saveTombstone } from "./destruction-store.ts";
import { destroyEnvelopeKey, forgetPeople, loadContent } from "./purge-store.ts";
import { changePurge, dequeue, lockPurge, type PurgeRow } from "./queue-store.ts";
import { type Rule, ruleOf } from "./rule.ts";
import { changeEnvelope, type EnvelopeRow, lockEnvelope } from "./store.ts";

/**
 * Destroys an envelope that two people let through, as soon as it is due and was announced long enough: its key, its files, what is kept of the
 * people in it. Each step takes the envelope's lock and looks for a hold first; cut off anywhere, it goes on from
 * there. The key goes in one transaction with the tombstone: before it everything can still be stopped, and after it
 * no file of the envelope can be read, here or in any copy.
 */
export async function purgeEnvelope(ctx: Context, input: { readonly envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  if (!(await step(ctx, envelopeId, begin))) return;
  reached("purge: key destroyed");
  // Before the files: a backup of the database that is put back later must not bring the envelope back.
  const note = await inTransaction(ctx, (ctx) => noteOf(ctx, envelopeId));
  if (note) await noteDestroyed(ctx, note);

  const folder = `org/${ctx.organizationId}/envelopes/${envelopeId}`;
  if (!(await step(ctx, envelopeId, async () => true))) return;
  await ctx.runtime.files.deleteFolder(folder);
  reached("purge: files gone");
  if (!(await step(ctx, envelopeId, noteFiles))) return;
  reached("purge: files noted");

  if (!(await step(ctx, envelopeId, forget))) return;
  reached("purge: people forgotten");
  await step(ctx, envelopeId, end);
  reached("purge: recorded");
}

async function noteOf(ctx: Context, envelopeId: EnvelopeId): Promise<DestroyedNote | null> {
  const purge = await lockPurge(ctx, envelopeId);
  if (!purge?.destructionId || !purge.reviewedBy) return null;
  const { approvedBy, approverRole, approvedAt } = await loadDestruction(ctx, purge.destructionId);
  return {
    ...{ envelope: envelopeId, dueOn: purge.dueOn },
    reviewed: { by: purge.reviewedBy, role: purge.reviewerRole!, at: purge.reviewedAt!.toISOString() },
    approved: { by: approvedBy, role: approverRole, at: approvedAt.toISOString() },
  };
}

type Step = (ctx: Context, envelope: EnvelopeRow, purge: PurgeRow) => Promise<boolean>;

/** @returns whether to go on: not when it is over, held, or in nobody's queue. */
async function step(ctx: Context, envelopeId: EnvelopeId, work: Step): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    const purge = await lockPurge(ctx, envelopeId);
    const isLetThrough = purge?.state === "approved" || purge?.state === "purging";
    if (!purge || !isLetThrough || envelope.heldSince) return false;
    return work(ctx, envelope, purge);
  });
}

async function begin(ctx: Context, envelope: EnvelopeRow, purge: PurgeRow): Promise<boolean> {
  if (purge.keyDestroyedAt) return (await isProven(ctx, purge)) || stop(ctx, purge, "not-proven");
  const rule = await ruleOf(ctx, envelope);
  if (!rule || !isDue(rule.dueOn, ctx.now())) {
    // Let through a few days ahead, it waits for its day; a class that was changed since keeps it.
    if (rule?.dueOn === purge.dueOn) return false;
    return stop(ctx, purge, "kept-longer");
  }
  if (!mayDestroy(rule.class.action, purge)) return stop(ctx, purge, "kept-longer");
  const day = purgeDay(purge);
  if (day === null || !isDue(day, ctx.now())) return false;
  if (!(await isProven(ctx, purge))) return stop(ctx, purge, "not-proven");
  const at = ctx.now();
  const { sha256 } = await leaveTombstone(ctx, envelope, purge, rule);
  await destroyEnvelopeKey(ctx, envelope.id);
  await changeEnvelope(ctx, envelope.id, { purgedAt: at });
  await changePurge(ctx, envelope.id, { state: "purging", begunAt: at, keyDestroyedAt: at });
  const data = { tombstoneSha256: sha256, destruction: purge.destructionId };
  await appendEvent(ctx, { type: "purge.begun", envelopeId: envelope.id, data });
  return true;
}

/** What a person had to look at or hand over first is destroyed once somebody has, and not under a class of another end. */
const mayDestroy = (action: Action, purge: PurgeRow): boolean =>
  action === purge.action && (action === "destroy" || (isForPeople(action) && purge.settledAt !== null));

async function stop(
  ctx: Context,
  { envelopeId, state }: PurgeRow,
  because: "kept-longer" | "not-proven",
): Promise<false> {
  await dequeue(ctx, envelopeId);
  await appendEvent(ctx, { type: "purge.stopped", envelopeId, data: { because, was: state } });
  return false;
}

/**
 * Rows can be made to say that two people let an envelope go and that nothing holds it. Its chain cannot, without the
 * product's own key: what it does not say too is not acted upon.
 */
async function isProven(ctx: Context, purge: PurgeRow): Promise<boolean> {
  const said = await readLettingThrough(ctx, purge.envelopeId);
  if (!said || said.heldBy.length > 0) return false;
  if (purge.keyDestroyedAt) return said.hasBegun;
  const { approvedBy } = await loadDestruction(ctx, purge.destructionId!);
  return said.by?.reviewedBy === purge.reviewedBy && said.by?.approvedBy === approvedBy;
}

async function leaveTombstone(
  ctx: Context,
  envelope: EnvelopeRow,
  purge: PurgeRow,
  rule: Rule,
): Promise<{ sha256: string }> {
  const { approvedBy, approverRole, approvedAt } = await loadDestruction(ctx, purge.destructionId!);
  const { entries } = await readChain(ctx, envelope.id);
  const content = tombstoneOf({
    ...{ envelope, rule, ...(await loadContent(ctx, envelope.id)) },
    approvals: [
      { act: "reviewed", memberId: purge.reviewedBy!, role: purge.reviewerRole!, at: purge.reviewedAt! },
      { act: "approved", memberId: approvedBy, role: approverRole, at: approvedAt },
    ],
    chain: { events: entries.length, head: entries.at(-1)!.hash },
  });
  const { body, sha256 } = sealedTombstone(content);
  await saveTombstone(ctx, {
    ...{ organizationId: ctx.organizationId, envelopeId: envelope.id, shortId: envelope.shortId },
    ...{ destructionId: purge.destructionId!, body, content, createdAt: ctx.now() },
  });
  return { sha256 };
}

async function noteFiles(ctx: Context, { id }: EnvelopeRow, purge: PurgeRow): Promise<boolean> {
  if (purge.filesDeletedAt) return true;
  await changePurge(ctx, id, { filesDeletedAt: ctx.now() });
  await appendEvent(ctx, { type: "purge.files-deleted", envelopeId: id, data: {} });
  return true;
}

async function forget(ctx: Context, { id }: EnvelopeRow, purge: PurgeRow): Promise<boolean> {
  if (purge.peopleForgottenAt) return true;
  // From here to the end of the transaction nobody adds an event whose values would go unsaid.
  await holdEvents(ctx, id);
  const opened = await forgetPeople(ctx, id);
  await changePurge(ctx, id, { peopleForgottenAt: ctx.now(), handedTo: null });
  // What verifies the log takes a missing value for deleted unless the chain itself says that it was forgotten.
  const type = "people.forgotten";
  await appendEvent(ctx, { type, envelopeId: id, data: { all: true } });
  if (opened.length > 0)
    await appendEvent(ctx, { type, envelopeId: null, data: { envelope: id, events: opened } });
  return true;
}

async function end(ctx: Context, { id }: EnvelopeRow, purge: PurgeRow): Promise<boolean> {
  const { body } = (await findTombstone(ctx, id))!;
  await changePurge(ctx, id, { state: "purged", purgedAt: ctx.now() });
  const { sha256 } = sealedTombstone(JSON.parse(body));
  const data = { tombstoneSha256: sha256, destruction: purge.destructionId };
  await appendEvent(ctx, { type: "envelope.purged", envelopeId: id, data });
  return true;
}
