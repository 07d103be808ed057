import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { type KeyProviderView, viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { checkSeal } from "../check-seal.ts";
import { isExportable } from "../core/key-export.ts";
import { whyUnusable } from "../core/rotation.ts";
import { mayReplace, standbyAct } from "../core/standby.ts";
import { signingError } from "../errors.ts";
import { fileTrial } from "../key-tests/file-trial.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { requireLife } from "../keys/seal-life.ts";
import { changePolicy, loadPolicy } from "../keys/store.ts";
import { activateSealKey, loadSealKey, requireNotRotating, saveSealKey } from "../rotation-store.ts";
import { placeBrought, requireNotBlocked, requireTested } from "../seals/place-brought.ts";
import { type BroughtSealRow, loadBroughtSeal, markInUse } from "../seals/store.ts";
import { loadActiveSeal, loadSettings, lockSeal } from "../store.ts";
import { changeStandby, loadStandby, type StandbyRow, saveStandby } from "./store.ts";

const Policy = z.object({ standbyAfterMinutes: z.number().int().min(1).max(1440).nullable() });

/** Settles whether a standby key may take over, and after how many minutes without the first. */
export async function setStandbyPolicy(ctx: Context, input: z.input<typeof Policy>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const policy = Policy.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, policy);
    await appendEvent(ctx, { type: "standby-key.allowed", envelopeId: null, data: { ...policy } });
  });
}

const Ask = z.object({
  /** Where one is made; of a key that was brought its place is known. */
  provider: z.string().max(40).default(""),
  /** A key with another authority's certificate that was brought and tested before; null for one of ours. */
  sealId: z.uuid().nullable().default(null),
  /** It may stand in, with a certificate of ours, for one that another authority issued. */
  acceptsOwnIssuer: z.boolean().default(false),
});

/**
 * Asks for a standby key in another place than the key in use. The worker makes it with a certificate of our own and
 * tries it out before it counts; one that was brought passed its test before and is ready at once. For another
 * authority's certificate one of ours stands in only where that was accepted.
 *
 * @throws signing/key-policy-exportable, standby-there-already, standby-same-place, standby-place-unknown,
 *   rotation-changes-issuer, rotation-under-way, seal-not-found, seal-not-tested, seal-revoked, seal-expired,
 *   seal-ends-soon
 */
export async function askStandby(ctx: Context, input: z.input<typeof Ask>): Promise<void> {
  const { name: memberName } = requirePermission(ctx, "key.manage");
  const { sealId, ...wanted } = Ask.parse(input);
  const places = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const brought = sealId ? await loadBroughtSeal(ctx, sealId, true) : null;
    const provider = brought?.provider ?? wanted.provider;
    // Whoever names a certificate has chosen who issued it.
    const acceptsOwnIssuer = brought !== null || wanted.acceptsOwnIssuer;
    await requireAllowedPlace(ctx, provider);
    const known = await loadStandby(ctx);
    if (known && known.state !== "failed") throw signingError("standby-there-already", known.id);
    const active = await loadActiveSeal(ctx);
    if (active?.certificate.chainPem && !acceptsOwnIssuer)
      throw signingError("rotation-changes-issuer", `now by ${active.certificate.issuer}`);
    const inUse = active?.key.provider ?? places.find(({ makesSeals }) => makesSeals)?.name;
    if (provider === inUse) throw signingError("standby-same-place", provider);
    if (!places.some(({ name, isReachable }) => name === provider && isReachable))
      throw signingError("standby-place-unknown", "no such place, or it is away");
    if (known) await changeStandby(ctx, known.id, { state: "retired" });
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    const row = { organizationId, id, provider, acceptsOwnIssuer, memberName, createdAt: ctx.now() };
    const data = { standby: id, provider, ...(acceptsOwnIssuer ? { acceptsOwnIssuer } : {}) };
    if (!brought) {
      await saveStandby(ctx, { ...row, state: "making", checks: [] });
      await appendEvent(ctx, { type: "standby-key.asked", envelopeId: null, data });
      return;
    }
    const { keyId: signingKeyId, certificateId } = await placeStandby(ctx, brought);
    await saveStandby(ctx, { ...row, state: "ready", checks: [], signingKeyId });
    const facts = { ...data, seal: brought.id, certificate: certificateId };
    await appendEvent(ctx, { type: "standby-key.chosen", envelopeId: null, data: facts });
  });
}

/** Puts a brought key where it can be put in use without anybody: all that is asked of a seal is asked now. */
async function placeStandby(ctx: Context, brought: BroughtSealRow) {
  await requireNotRotating(ctx, brought);
  await requireTested(ctx, brought);
  await requireNotBlocked(ctx, brought);
  const { notAfter } = parseCertificate(brought.certificateDer!);
  await requireLife(ctx, { id: brought.id, notAfter });
  return placeBrought(ctx, brought, { isActive: false });
}

/** Makes the standby key with its certificate, and tries it. What does not hold stands on the page. */
export async function makeStandby(ctx: WorkerContext, input: { readonly standbyId: string }): Promise<void> {
  requireSystem(ctx);
  const standby = await inTransaction(ctx, loadStandby);
  if (standby?.id !== input.standbyId || standby.state !== "making") return;
  const { keys } = ctx.runtime;
  const { name: organizationName } = await inTransaction(ctx, loadSettings);
  const { provider } = standby;
  try {
    await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, provider));
    const key = await keys
      .provider(provider)
      .create(keys.sealAlgorithm, `Whereof standby seal of ${organizationName}`);
    const certificate = await issueSealCertificate(ctx, { organizationName, publicKey: key.publicKey });
    const trial = await checkSeal(ctx, { key, certificate, organizationName });
    const signingKeyId = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await inTransaction(ctx, async (ctx) => {
      if ((await loadStandby(ctx))?.state !== "making") return;
      const { organizationId } = ctx;
      const place = { provider, keyId: key.id, algorithm: key.algorithm, certificateId: certificate.id };
      const report = await fileTrial(ctx, trial, {
        ...{ subject: signingKeyId, occasion: "standby", provider, key, certificate },
      });
      const { id: testId, isPassed: isTested } = report;
      const use = { isActive: false, isStandby: true, createdAt: ctx.now(), testId, isTested };
      await saveSealKey(ctx, { organizationId, id: signingKeyId, ...place, ...use });
      const { checks } = trial;
      await changeStandby(ctx, standby.id, { signingKeyId, checks, state: isTested ? "ready" : "failed" });
      const data = { standby: standby.id, provider, certificate: certificate.id, passed: isTested };
      await appendEvent(ctx, { type: "standby-key.made", envelopeId: null, data });
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const checks = [{ name: "unreachable", isGood: false, found: error.code }] as const;
    await inTransaction(ctx, (ctx) => changeStandby(ctx, standby.id, { state: "failed", checks }));
  }
}

/** Gives a standby key up. @throws signing/standby-not-found, standby-in-use */
export async function retireStandby(ctx: Context): Promise<void> {
  requirePermission(ctx, "key.manage");
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const standby = await loadStandby(ctx);
    if (!standby) throw signingError("standby-not-found", ctx.organizationId);
    if (standby.state === "standing-in") throw signingError("standby-in-use", standby.id);
    await changeStandby(ctx, standby.id, { state: "retired" });
    const data = { standby: standby.id };
    await appendEvent(ctx, { type: "standby-key.retired", envelopeId: null, data });
  });
}

/**
 * Lets the standby key take over when the place of the key in use has been away for as long as the policy says, and
 * puts the first key back in use once its place is there again. Documents that wait are signed at their next try.
 */
export async function switchStandby(ctx: WorkerContext, places: readonly KeyProviderView[]): Promise<void> {
  requireSystem(ctx);
  const standby = await inTransaction(ctx, loadStandby);
  if (!standby?.signingKeyId) return;
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const now = (await loadStandby(ctx)) ?? standby;
    const active = await loadActiveSeal(ctx);
    const { standbyAfterMinutes } = await loadPolicy(ctx);
    const first = now.insteadOfId ? await loadSealKey(ctx, now.insteadOfId) : null;
    const firstProvider = first?.key.provider ?? null;
    const facts = { standby: now, active: active?.key ?? null, standbyAfterMinutes, places, firstProvider };
    const act = standbyAct(facts, ctx.now());
    const isHeld = !mayReplace(now, active?.certificate ?? null);
    if (act === "stand-in" && active && !isHeld) await standIn(ctx, now, active.key.id);
    else if (act === "stand-down") await standDown(ctx, now, active?.key.id ?? null);
  });
}

/** Whether the standby key may stand in for another authority's certificate. @throws signing/standby-not-found */
export async function acceptStandbyIssuer(ctx: Context): Promise<void> {
  requirePermission(ctx, "key.manage");
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const standby = await loadStandby(ctx);
    if (!standby) throw signingError("standby-not-found", ctx.organizationId);
    await changeStandby(ctx, standby.id, { acceptsOwnIssuer: true });
    const data = { standby: standby.id, acceptsOwnIssuer: true };
    await appendEvent(ctx, { type: "standby-key.allowed", envelopeId: null, data });
  });
}

type KeyWithCertificate = NonNullable<Awaited<ReturnType<typeof loadSealKey>>>;

/** How long another's certificate has to last is the organization's to say. */
async function mayNotSeal(ctx: Context, { key, certificate }: KeyWithCertificate): Promise<boolean> {
  const { notAfter, chainPem, id } = certificate;
  const why = whyUnusable({ blockedAt: key.blockedAt, notAfter }, ctx.now());
  if (why !== "expires" || !chainPem) return why !== null;
  try {
    await requireLife(ctx, { id, notAfter });
    return false;
  } catch (error) {
    if (isRefusal(error)) return true;
    throw error;
  }
}

async function standIn(ctx: Context, standby: StandbyRow, insteadOfId: string): Promise<void> {
  const row = await loadSealKey(ctx, standby.signingKeyId!);
  if (!row || (await mayNotSeal(ctx, row))) return;
  if (isExportable(row.key.provider) && (await loadPolicy(ctx)).forbidsExportable) return;
  await activateSealKey(ctx, standby.signingKeyId!);
  await markInUse(ctx, row.certificate.id);
  await changeStandby(ctx, standby.id, { state: "standing-in", insteadOfId, since: ctx.now() });
  const data = {
    standby: standby.id,
    provider: standby.provider,
    from: insteadOfId,
    to: standby.signingKeyId,
  };
  await appendEvent(ctx, { type: "standby-key.stood-in", envelopeId: null, data });
}

/** A key that was put in use by hand meanwhile stays; a first key that was blocked or ended meanwhile stays away. */
async function standDown(ctx: Context, standby: StandbyRow, activeId: string | null): Promise<void> {
  const first = await loadSealKey(ctx, standby.insteadOfId!);
  const isStillIn = activeId === standby.signingKeyId;
  if (isStillIn && (!first || (await mayNotSeal(ctx, first)))) return;
  if (isStillIn && first) {
    await activateSealKey(ctx, first.key.id);
    await markInUse(ctx, first.certificate.id);
  }
  await changeStandby(ctx, standby.id, { state: "ready", insteadOfId: null, since: ctx.now() });
  const { id, provider, signingKeyId: from } = standby;
  const data = { standby: id, provider, from, to: isStillIn ? standby.insteadOfId : activeId };
  await appendEvent(ctx, { type: "standby-key.stood-down", envelopeId: null, data });
}
