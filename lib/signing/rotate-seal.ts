import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { checkSeal } from "./check-seal.ts";
import { mayDo, type RotationAct, whyUnusable } from "./core/rotation.ts";
import { signingError } from "./errors.ts";
import { requirePassedTest } from "./key-tests/file-test.ts";
import { fileTrial } from "./key-tests/file-trial.ts";
import { requireAllowedPlace, requireMakesAllowed } from "./keys/key-policy.ts";
import {
  activateSealKey,
  changeRotation,
  findOpenRotation,
  findRotation,
  listDueRotations,
  loadSealKey,
  lockRotation,
  type RotationRow,
  saveRotation,
  saveSealKey,
} from "./rotation-store.ts";
import { secureOutgoing } from "./secure-outgoing.ts";
import { loadActiveSeal, loadSettings, lockSeal } from "./store.ts";

const DAY_MS = 86_400_000;
const Id = z.object({ rotationId: z.uuid() });
const Switch = Id.extend({
  /** Null for now. */
  at: z.date().nullable().default(null),
  /** How long the earlier key can be put back. */
  overlapDays: z.number().int().min(1).max(90).default(14),
});

/**
 * Begins to exchange the organization's seal key: the worker makes a new one and tries it. The key in use signs on
 * until the switch.
 *
 * @returns the rotation's id. @throws signing/rotation-under-way, key-policy-exportable
 */
export async function startRotation(ctx: Context): Promise<string> {
  const actor = requirePermission(ctx, "key.manage");
  await requireMakesAllowed(ctx);
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    if (await findOpenRotation(ctx)) throw signingError("rotation-under-way", ctx.organizationId);
    const current = await loadActiveSeal(ctx);
    await saveRotation(ctx, {
      ...{ organizationId: ctx.organizationId, id, state: "making", checks: [] },
      ...{ fromKeyId: current?.key.id ?? null, memberName: actor.name, createdAt: ctx.now() },
    });
    const data = { rotation: id, replaces: current?.key.certificateId };
    await appendEvent(ctx, { type: "seal.rotation-asked", envelopeId: null, data });
  });
  return id;
}

/** Makes the new key with its certificate and tries it; without fault it may be switched to. */
export async function makeReplacement(ctx: WorkerContext, input: { rotationId: string }): Promise<void> {
  requireSystem(ctx);
  const { rotationId } = input;
  const rotation = await inTransaction(ctx, (ctx) => findRotation(ctx, rotationId));
  if (rotation?.state !== "making") return;
  await secureOutgoing(ctx, rotation);
  const { keys } = ctx.runtime;
  const { name: organizationName } = await inTransaction(ctx, loadSettings);
  try {
    await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, keys.seals.name));
    const key = await keys.seals.create(keys.sealAlgorithm, `Whereof seal of ${organizationName}`);
    const certificate = await issueSealCertificate(ctx, { organizationName, publicKey: key.publicKey });
    const trial = await checkSeal(ctx, { key, certificate, organizationName });
    const toKeyId = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await inTransaction(ctx, async (ctx) => {
      const { state } = await lockRotation(ctx, rotationId);
      if (state !== "making") return;
      const report = await fileTrial(ctx, trial, {
        ...{ subject: toKeyId, occasion: "rotation", provider: keys.seals.name, key, certificate },
      });
      await saveSealKey(ctx, {
        ...{ organizationId: ctx.organizationId, id: toKeyId, provider: keys.seals.name, keyId: key.id },
        ...{ algorithm: key.algorithm, certificateId: certificate.id, isActive: false, createdAt: ctx.now() },
        ...{ testId: report.id, isTested: report.isPassed },
      });
      const outcome = report.isPassed ? "ready" : "failed";
      await changeRotation(ctx, rotationId, { toKeyId, checks: trial.checks, state: outcome });
      const data = { provider: keys.seals.name, algorithm: key.algorithm, certificate: certificate.id };
      await appendEvent(ctx, { type: "seal.created", envelopeId: null, data });
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const checks = [{ name: "unreachable", isGood: false, found: error.code }] as const;
    await inTransaction(ctx, (ctx) => changeRotation(ctx, rotationId, { state: "failed", checks }));
  }
}

/**
 * Switches to the new key, now or at a date. Nothing waits: what is being signed at that moment is ended with the
 * key it was begun with.
 *
 * @throws signing/rotation-not-so-far, rotation-not-found, seal-unusable
 */
export async function switchSeal(ctx: Context, input: z.input<typeof Switch>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { rotationId, at, overlapDays } = Switch.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const rotation = await lockedFor(ctx, rotationId, "switch");
    const switchAt = at && at > ctx.now() ? at : ctx.now();
    const overlapUntil = new Date(switchAt.getTime() + overlapDays * DAY_MS);
    await changeRotation(ctx, rotationId, { switchAt, overlapUntil, state: "scheduled" });
    if (switchAt <= ctx.now()) await carryOut(ctx, { ...rotation, overlapUntil });
  });
}

const UNUSABLE = ["signing/seal-unusable", "signing/key-policy-exportable", "signing/seal-not-tested"];

/** Switches where the date has come. A key that was blocked or ends soon by then fails: the one in use signs on. */
export async function switchDueSeals(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  for (const { id } of await inTransaction(ctx, listDueRotations))
    try {
      await inTransaction(ctx, async (ctx) => carryOut(ctx, await lockedFor(ctx, id, "switch")));
    } catch (error) {
      if (!isRefusal(error) || !UNUSABLE.includes(error.code)) throw error;
      await inTransaction(ctx, (ctx) => giveUp(ctx, id, error.code));
    }
}

async function giveUp(ctx: WorkerContext, id: string, code: string): Promise<void> {
  const { state, checks } = await lockRotation(ctx, id);
  if (state !== "scheduled") return;
  const tried = checks.map((one) => (one.name === "key" ? { ...one, isGood: false, found: code } : one));
  await changeRotation(ctx, id, { state: "failed", checks: tried });
}

async function carryOut(ctx: Context, { id, toKeyId, fromKeyId, secured }: RotationRow): Promise<void> {
  await lockSeal(ctx);
  if (fromKeyId && !secured)
    throw signingError("rotation-not-so-far", "the outgoing certificate was not set aside");
  await putInUse(ctx, toKeyId);
  await changeRotation(ctx, id, { state: "switched", switchAt: ctx.now() });
  const data = { rotation: id, from: fromKeyId, to: toKeyId };
  await appendEvent(ctx, { type: "seal.rotated", envelopeId: null, data });
}

async function putInUse(ctx: Context, keyId: string | null): Promise<void> {
  const row = keyId ? await loadSealKey(ctx, keyId) : null;
  const facts = row && { blockedAt: row.key.blockedAt, notAfter: row.certificate.notAfter };
  const why = facts ? whyUnusable(facts, ctx.now()) : "missing";
  if (why) throw signingError("seal-unusable", `key ${keyId}: ${why}`);
  await requireAllowedPlace(ctx, row!.key.provider);
  await requirePassedTest(ctx, { testId: row!.key.testId, certificateSha256: row!.certificate.sha256 });
  await activateSealKey(ctx, keyId!);
}

/**
 * Takes a rotation back: before the switch the new key is laid aside, after it the earlier one is put in use again.
 *
 * @throws signing/rotation-not-so-far once confirmed or after the overlap, rotation-not-found, seal-unusable
 */
export async function undoRotation(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { rotationId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { state } = await lockRotation(ctx, rotationId);
    const rotation = await lockedFor(ctx, rotationId, state === "switched" ? "undo" : "cancel");
    if (state === "switched") {
      if (rotation.overlapUntil && rotation.overlapUntil < ctx.now())
        throw signingError("rotation-not-so-far", "the overlap is over");
      await lockSeal(ctx);
      await putInUse(ctx, rotation.fromKeyId);
    }
    await changeRotation(ctx, rotationId, { state: "undone", endedAt: ctx.now() });
    const data = { rotation: rotationId, undone: true, from: rotation.toKeyId, to: rotation.fromKeyId };
    if (state === "switched") await appendEvent(ctx, { type: "seal.rotated", envelopeId: null, data });
  });
}

/** Ends a rotation: the earlier key stays on record and signs no more. @throws as `undoRotation` */
export async function confirmRotation(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { rotationId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await lockedFor(ctx, rotationId, "confirm");
    await changeRotation(ctx, rotationId, { state: "confirmed", endedAt: ctx.now() });
    const data = { rotation: rotationId, confirmed: true };
    await appendEvent(ctx, { type: "seal.rotated", envelopeId: null, data });
  });
}

async function lockedFor(ctx: Context, id: string, act: RotationAct): Promise<RotationRow> {
  const rotation = await lockRotation(ctx, id);
  if (!mayDo(rotation.state, act))
    throw signingError("rotation-not-so-far", `${act} while ${rotation.state}`);
  return rotation;
}
