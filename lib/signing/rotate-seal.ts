import { z } from "zod";
import type { RotationChoice, SealCheck } from "#db/schema/keys.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { checkSeal } from "./check-seal.ts";
import { type KeyFacts, mayDo, type RotationAct, whyUnusable } from "./core/rotation.ts";
import { signingError } from "./errors.ts";
import { requirePassedTest } from "./key-tests/file-test.ts";
import { fileTrial } from "./key-tests/file-trial.ts";
import { requireAllowedPlace, requireMakes } from "./keys/key-policy.ts";
import { requireLife } from "./keys/seal-life.ts";
import { offerToRotation } from "./offer-to-rotation.ts";
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
import { requireTested } from "./seals/place-brought.ts";
import { RequestNames, saveKeyRequest } from "./seals/request-seal-key.ts";
import { changeBroughtSeal, findBroughtBy, loadBroughtSeal, markInUse } from "./seals/store.ts";
import { secureOutgoing } from "./secure-outgoing.ts";
import { loadActiveSeal, loadSettings, lockSeal } from "./store.ts";

const DAY_MS = 86_400_000;
const Start = z.object({
  /** Who certifies the new key: our authority, another's by a request, or whoever certified a key brought before. */
  source: z.enum(["own", "request", "brought"]).default("own"),
  /** Where it is made; null for where the settings say. */
  provider: z.string().max(40).nullable().default(null),
  algorithm: z.enum(KEY_ALGORITHMS).nullable().default(null),
  /** What another authority shall write, when it is asked. */
  names: RequestNames.nullable().default(null),
  /** Of a key brought and tested before. */
  sealId: z.uuid().nullable().default(null),
  /** Ours takes the place of another authority's certificate. */
  acceptsOwnIssuer: z.boolean().default(false),
});
const Id = z.object({ rotationId: z.uuid() });
const Switch = Id.extend({
  /** Null for now. */
  at: z.date().nullable().default(null),
  /** How long the earlier key can be put back. */
  overlapDays: z.number().int().min(1).max(90).default(14),
});

/**
 * Begins to exchange the organization's seal key: the worker makes a new one and tries it, once another authority has
 * certified it where that was chosen. The key in use signs on until the switch.
 *
 * @returns the rotation's id. @throws signing/rotation-under-way, rotation-changes-issuer, seal-place-unknown,
 *   key-policy-exportable, seal-not-found, seal-not-tested; pki/name-unfit
 */
export async function startRotation(ctx: Context, input: z.input<typeof Start> = {}): Promise<string> {
  const actor = requirePermission(ctx, "key.manage");
  const { source, acceptsOwnIssuer, names, ...wanted } = Start.parse(input);
  if (source !== "brought") await requireMakes(ctx, wanted.provider);
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    if (await findOpenRotation(ctx)) throw signingError("rotation-under-way", ctx.organizationId);
    const current = await loadActiveSeal(ctx);
    if (source === "own" && current?.certificate.chainPem && !acceptsOwnIssuer)
      throw signingError("rotation-changes-issuer", `now by ${current.certificate.issuer}`);
    const { sealId, ...choice } = await chosen(ctx, { source, names, ...wanted }, actor.memberId);
    await saveRotation(ctx, {
      ...{ organizationId: ctx.organizationId, id, state: "making", checks: [], choice, sealId },
      ...{ fromKeyId: current?.key.id ?? null, memberName: actor.name, createdAt: ctx.now() },
    });
    const data = { rotation: id, replaces: current?.key.certificateId, ...choice };
    await appendEvent(ctx, { type: "seal.rotation-asked", envelopeId: null, data });
  });
  return id;
}

async function chosen(
  ctx: Context,
  { source, names, provider, algorithm, sealId }: Omit<z.output<typeof Start>, "acceptsOwnIssuer">,
  createdBy: MemberId,
): Promise<RotationChoice & { readonly sealId: string | null }> {
  if (source === "own") return { source, provider, algorithm, sealId: null };
  if (source === "request") {
    const wanted = { provider, createdBy, algorithm: algorithm ?? KEY_ALGORITHMS[0] };
    const asked = { ...wanted, names: RequestNames.parse(names) };
    return { source, provider, algorithm: asked.algorithm, sealId: await saveKeyRequest(ctx, asked) };
  }
  const row = await loadBroughtSeal(ctx, z.uuid().parse(sealId), true);
  await requireTested(ctx, row);
  await requireAllowedPlace(ctx, row.provider!);
  return { source, provider: row.provider, algorithm: row.algorithm, sealId: row.id };
}

/** Makes the new key with its certificate and tries it; without fault it may be switched to. */
export async function makeReplacement(ctx: WorkerContext, input: { rotationId: string }): Promise<void> {
  requireSystem(ctx);
  const { rotationId } = input;
  const rotation = await inTransaction(ctx, (ctx) => findRotation(ctx, rotationId));
  if (rotation?.state !== "making") return;
  await secureOutgoing(ctx, rotation);
  const { sealId, choice } = rotation;
  if (sealId) return inTransaction(ctx, (ctx) => offerToRotation(ctx, sealId));
  const { keys } = ctx.runtime;
  const { name: organizationName } = await inTransaction(ctx, loadSettings);
  try {
    const place = choice.provider ? keys.provider(choice.provider) : keys.seals;
    const algorithm = (choice.algorithm ?? keys.sealAlgorithm) as KeyAlgorithm;
    const isChosen = place.name !== keys.seals.name || algorithm !== keys.sealAlgorithm;
    await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, place.name));
    const key = await place.create(algorithm, `Whereof seal of ${organizationName}`);
    const certificate = await issueSealCertificate(ctx, { organizationName, publicKey: key.publicKey });
    const trial = await checkSeal(ctx, { key, certificate, organizationName });
    const toKeyId = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await inTransaction(ctx, async (ctx) => {
      const { state } = await lockRotation(ctx, rotationId);
      if (state !== "making") return;
      const report = await fileTrial(ctx, trial, {
        ...{ subject: toKeyId, occasion: "rotation", provider: place.name, key, certificate },
      });
      await saveSealKey(ctx, {
        ...{ organizationId: ctx.organizationId, id: toKeyId, provider: place.name, keyId: key.id },
        ...{ algorithm: key.algorithm, certificateId: certificate.id, isActive: false, createdAt: ctx.now() },
        ...{ isChosen, testId: report.id, isTested: report.isPassed },
      });
      const outcome = report.isPassed ? "ready" : "failed";
      await changeRotation(ctx, rotationId, { toKeyId, checks: trial.checks, state: outcome });
      const data = { provider: place.name, algorithm: key.algorithm, certificate: certificate.id };
      await appendEvent(ctx, { type: "seal.created", envelopeId: null, data });
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const checks = [{ name: "unreachable", isGood: false, found: error.code }] as const;
    await inTransaction(ctx, async (ctx) => {
      if ((await lockRotation(ctx, rotationId)).state !== "making") return;
      await changeRotation(ctx, rotationId, { state: "failed", checks });
    });
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
    if (switchAt <= ctx.now()) return carryOut(ctx, { ...rotation, overlapUntil });
    const data = { rotation: rotationId, to: switchAt.toISOString(), overlapDays };
    await appendEvent(ctx, { type: "seal.rotation-scheduled", envelopeId: null, data });
  });
}

const UNUSABLE = [
  ...["signing/seal-unusable", "signing/key-policy-exportable", "signing/seal-not-tested"],
  ...["signing/seal-expired", "signing/seal-ends-soon", "signing/seal-not-found"],
];

/**
 * Switches where the date has come, once the new key has signed a trial text again. One that cannot, was blocked or
 * ends soon by then fails: the one in use signs on, and whoever looks after keys is told.
 */
export async function switchDueSeals(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  for (const { id, toKeyId } of await inTransaction(ctx, listDueRotations))
    try {
      const checks = await tryAgain(ctx, toKeyId);
      if (checks.some(({ isGood }) => !isGood)) {
        await inTransaction(ctx, (ctx) => giveUp(ctx, id, checks));
        continue;
      }
      await inTransaction(ctx, async (ctx) => carryOut(ctx, await lockedFor(ctx, id, "switch")));
    } catch (error) {
      if (!isRefusal(error) || !UNUSABLE.includes(error.code)) throw error;
      const checks = [{ name: "key", isGood: false, found: error.code }] as const;
      await inTransaction(ctx, (ctx) => giveUp(ctx, id, checks));
    }
}

/** What a key that was tried when it was made does on the day it takes over. */
async function tryAgain(ctx: WorkerContext, keyId: string | null): Promise<readonly SealCheck[]> {
  const { row, organizationName } = await inTransaction(ctx, async (ctx) => ({
    row: keyId ? await loadSealKey(ctx, keyId) : null,
    organizationName: (await loadSettings(ctx)).name,
  }));
  // Gone or blocked: the switch itself says so.
  if (!row || row.key.blockedAt) return [];
  const { key, certificate } = row;
  try {
    const opened = await ctx.runtime.keys
      .provider(key.provider)
      .open(key.keyId, key.algorithm as KeyAlgorithm);
    const chain = await certificatesAbove(ctx.runtime, certificate);
    const issued = { id: certificate.id, der: certificate.der, chain };
    const { checks } = await checkSeal(ctx, { key: opened, certificate: issued, organizationName });
    // Another's certificate names whom its authority names; that was looked at when it was brought.
    return certificate.chainPem ? checks.filter(({ name }) => name !== "owner") : checks;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [{ name: "unreachable", isGood: false, found: error.code }];
  }
}

async function giveUp(ctx: WorkerContext, id: string, found: readonly SealCheck[]): Promise<void> {
  const { state, checks } = await lockRotation(ctx, id);
  if (state !== "scheduled") return;
  const fresh = new Map(found.map((one) => [one.name, one]));
  const merged = [...checks.map((one) => fresh.get(one.name) ?? one)];
  for (const one of found) if (!merged.includes(one)) merged.push(one);
  await changeRotation(ctx, id, { state: "failed", checks: merged });
  const failed = found.filter(({ isGood }) => !isGood).map(({ name, found: what }) => `${name}: ${what}`);
  await appendEvent(ctx, { type: "seal.rotation-failed", envelopeId: null, data: { rotation: id, failed } });
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
  const { blockedAt, notAfter } = { ...row?.key, ...row?.certificate } as KeyFacts;
  const why = row ? whyUnusable({ blockedAt, notAfter }, ctx.now()) : "missing";
  // How long another's certificate has to last is the organization's to say.
  if (!row || (why && !(why === "expires" && row.certificate.chainPem)))
    throw signingError("seal-unusable", `key ${keyId}: ${why}`);
  const { key, certificate } = row;
  await requireAllowedPlace(ctx, key.provider);
  await requirePassedTest(ctx, { testId: key.testId, certificateSha256: certificate.sha256 });
  if (certificate.chainPem) {
    await requireLife(ctx, certificate);
    const brought = await findBroughtBy(ctx, certificate.id);
    if (!brought) throw signingError("seal-not-found", `no brought key of certificate ${certificate.id}`);
    await requireTested(ctx, brought);
  }
  await activateSealKey(ctx, key.id);
  await markInUse(ctx, certificate.id);
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
    if (state !== "switched") await dropUncertified(ctx, rotation.sealId);
    const data = { rotation: rotationId, undone: true, from: rotation.toKeyId, to: rotation.fromKeyId };
    if (state === "switched")
      return void (await appendEvent(ctx, { type: "seal.rotated", envelopeId: null, data }));
    const was = { rotation: rotationId, was: state };
    await appendEvent(ctx, { type: "seal.rotation-cancelled", envelopeId: null, data: was });
  });
}

/** What nobody has certified yet goes with the rotation it was asked for by; a certificate that was brought stays. */
async function dropUncertified(ctx: Context, sealId: string | null): Promise<void> {
  if (!sealId) return;
  const { state } = await loadBroughtSeal(ctx, sealId, true);
  if (state !== "key-wanted" && state !== "key-made") return;
  await changeBroughtSeal(ctx, sealId, { state: "dropped" });
  await appendEvent(ctx, { type: "seal.dropped", envelopeId: null, data: { seal: sealId, was: state } });
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
