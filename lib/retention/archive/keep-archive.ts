import { createHash } from "node:crypto";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError, isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { ArchivePlace } from "#lib/ports/archive.ts";
import { lockOf } from "../core/archive-lock.ts";
import { ruleOf } from "../rule.ts";
import { type EnvelopeRow, loadEnvelope } from "../store.ts";
import {
  type ArchiveRow,
  changeArchive,
  findArchive,
  loadFiles,
  loadKept,
  loadPlaceOf,
  loadUnchecked,
  type PlaceRow,
} from "./archive-store.ts";
import { openArchivePlace } from "./open-place.ts";

const DAY_MS = 86_400_000;
/** Every copy is read back at least once in a year: 20 a night are 7,300. */
const CHECKED_WITHIN_MS = 330 * DAY_MS;
const CHECKS_AT_ONCE = 20;

/**
 * Once a day: locks follow retention that became longer, S3's legal holds follow ours, copies of what was destroyed
 * go, and some copies are read back whole.
 */
export async function keepArchive(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  for (const { archive, envelope } of await inTransaction(ctx, loadKept))
    if (needsWork(archive, envelope)) await orLater(ctx, envelope.id, () => followEnvelope(ctx, envelope.id));
  const before = new Date(ctx.now().getTime() - CHECKED_WITHIN_MS);
  const unchecked = await inTransaction(ctx, (ctx) => loadUnchecked(ctx, before, CHECKS_AT_ONCE));
  for (const envelopeId of unchecked)
    await orLater(ctx, envelopeId, async () => void (await checkCopies(ctx, envelopeId)));
}

const needsWork = (archive: ArchiveRow, { heldSince, purgedAt }: EnvelopeRow) =>
  purgedAt !== null || archive.lockedUntil !== null || archive.isHeld !== (heldSince !== null);

/** As soon as an envelope is held, freed, or destroyed, and whenever its retention may have become longer. */
export async function followArchived(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<void> {
  requireSystem(ctx);
  await orLater(ctx, input.envelopeId, () => followEnvelope(ctx, input.envelopeId));
}

async function followEnvelope(ctx: WorkerContext, envelopeId: EnvelopeId): Promise<void> {
  const found = await inTransaction(ctx, async (ctx) => {
    const archive = await findArchive(ctx, envelopeId);
    if (!archive?.archivedAt || archive.removedAt) return null;
    const envelope = await loadEnvelope(ctx, envelopeId);
    const rule = await ruleOf(ctx, envelope);
    return {
      archive,
      envelope,
      rule,
      place: await loadPlaceOf(ctx, archive.placeId),
      files: await loadFiles(ctx, envelopeId),
    };
  });
  if (!found) return;
  const { archive, envelope, rule, place, files } = found;
  const isLonger = rule !== null && isAfter(rule.dueOn, archive.lockedUntil);
  const isHoldChanged = place.lockMode !== null && archive.isHeld !== (envelope.heldSince !== null);
  if (!isLonger && !isHoldChanged && !envelope.purgedAt) return;
  const target = await openArchivePlace(ctx, place);
  if (place.lockMode) await followHold(ctx, archive, envelope, target, files);
  if (envelope.purgedAt) return removeCopies(ctx, envelopeId, target, files);
  if (rule) await followRule(ctx, archive, place, rule.dueOn, target, files);
}

// What is over stays open: it is due, and waits for two people or a hold.
const isAfter = (day: string, until: Date | null) =>
  until !== null && Date.parse(`${day}T00:00:00Z`) > until.getTime();

type Files = Awaited<ReturnType<typeof loadFiles>>;
const nameOf = ({ objectKey: key, versionId }: Files[number]) => ({ key, versionId });

async function followHold(
  ctx: WorkerContext,
  archive: ArchiveRow,
  { heldSince }: EnvelopeRow,
  target: ArchivePlace,
  files: Files,
): Promise<void> {
  const isHeld = heldSince !== null;
  if (archive.isHeld === isHeld) return;
  const store = ctx.runtime.archive;
  for (const file of files) {
    await store.hold(target, nameOf(file), isHeld);
    if ((await store.isHeld(target, nameOf(file))) !== isHeld)
      throw new Error(`${file.objectKey}: the bucket did not keep the hold`);
  }
  await inTransaction(ctx, async (ctx) => {
    await changeArchive(ctx, archive.envelopeId, { isHeld });
    const data = { place: archive.placeId, isHeld, lockedUntil: archive.lockedUntil?.toISOString() ?? null };
    await appendEvent(ctx, { type: "archive.lock-changed", envelopeId: archive.envelopeId, data });
  });
}

async function followRule(
  ctx: WorkerContext,
  archive: ArchiveRow,
  place: PlaceRow,
  dueOn: string,
  target: ArchivePlace,
  files: Files,
): Promise<void> {
  const lock = lockOf(place, dueOn, ctx.now());
  if (!lock || !isAfter(dueOn, archive.lockedUntil)) return;
  for (const file of files) await ctx.runtime.archive.extendLock(target, nameOf(file), lock);
  await inTransaction(ctx, async (ctx) => {
    await changeArchive(ctx, archive.envelopeId, { lockedUntil: lock.until });
    const data = { place: place.id, isHeld: archive.isHeld, lockedUntil: lock.until.toISOString() };
    await appendEvent(ctx, { type: "archive.lock-changed", envelopeId: archive.envelopeId, data });
  });
}

/** Without the envelope's key they are noise already; what is locked still stays until its day. */
async function removeCopies(
  ctx: WorkerContext,
  envelopeId: EnvelopeId,
  target: ArchivePlace,
  files: Files,
): Promise<void> {
  try {
    for (const file of files) await ctx.runtime.archive.remove(target, nameOf(file));
  } catch (error) {
    if (!isRefusal(error, "archive/locked")) throw error;
    await inTransaction(ctx, (ctx) => changeArchive(ctx, envelopeId, { refusal: error.code }));
    return;
  }
  await inTransaction(ctx, async (ctx) => {
    await changeArchive(ctx, envelopeId, { removedAt: ctx.now(), refusal: null });
    await appendEvent(ctx, { type: "archive.removed", envelopeId, data: { copies: files.length } });
  });
}

/** Reads every copy of an envelope back: whether it is there, opens, and is what was stored. @returns whether all are */
export async function checkCopies(ctx: WorkerContext, envelopeId: EnvelopeId): Promise<boolean> {
  const { archive, place, files } = await inTransaction(ctx, async (ctx) => {
    const archive = (await findArchive(ctx, envelopeId))!;
    return {
      archive,
      place: await loadPlaceOf(ctx, archive.placeId),
      files: await loadFiles(ctx, envelopeId),
    };
  });
  const target = await openArchivePlace(ctx, place);
  let finding: string | null = null;
  for (const file of files) finding ??= await findingIn(ctx, target, file, archive.lockedUntil);
  await inTransaction(ctx, async (ctx) => {
    await changeArchive(ctx, envelopeId, { checkedAt: ctx.now(), finding });
    const data = { place: place.id, holds: finding === null, finding, copies: files.length };
    await appendEvent(ctx, { type: "archive.checked", envelopeId, data });
  });
  if (finding) ctx.runtime.log.error({ envelopeId, finding }, "an archived copy does not hold");
  return finding === null;
}

async function findingIn(
  ctx: WorkerContext,
  target: ArchivePlace,
  file: Files[number],
  lockedUntil: Date | null,
): Promise<string | null> {
  const store = ctx.runtime.archive;
  try {
    const hash = createHash("sha256");
    for await (const piece of store.read(target, nameOf(file))) hash.update(piece);
    if (hash.digest("hex") !== file.sha256) return "archive/not-whole";
    if (!lockedUntil || lockedUntil <= ctx.now()) return null;
    const lock = await store.readLock(target, nameOf(file));
    return lock && lock.until.getTime() > lockedUntil.getTime() - 1000 ? null : "archive/not-locking";
  } catch (error) {
    if (isRefusal(error, "archive/gone") || isRefusal(error, "archive/not-whole")) return error.code;
    throw error;
  }
}

async function orLater(ctx: WorkerContext, envelopeId: EnvelopeId, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code } = error;
    ctx.runtime.log.warn({ code, envelopeId }, "the archive was not kept; tried again tomorrow");
    await inTransaction(ctx, (ctx) => changeArchive(ctx, envelopeId, { refusal: code }));
  }
}
