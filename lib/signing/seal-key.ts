import { appendEvent } from "#lib/audit/append-event.ts";
import { sha256 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { type IssuedCertificate, issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";
import { checkSeal } from "./check-seal.ts";
import { signingError } from "./errors.ts";
import { fileTrial } from "./key-tests/file-trial.ts";
import { requireAllowedPlace } from "./keys/key-policy.ts";
import { requireLife } from "./keys/seal-life.ts";
import { loadPolicy } from "./keys/store.ts";
import { requireNotRevoked } from "./seals/brought-status.ts";
import { renewSeal } from "./seals/renew-seal.ts";
import { findBroughtBlocked } from "./seals/store.ts";
import { loadActiveSeal, loadSettings, loadSigningKey, lockSeal, replaceSeal } from "./store.ts";

export interface Seal {
  readonly key: SigningKey;
  readonly certificate: IssuedCertificate;
  readonly organizationName: string;
}

const DAY_MS = 86_400_000;
const LEAST_DAYS = 30;

/** Our own certificate is exchanged in time, and earlier where the organization or a document's class says so. */
async function marginOf(ctx: WorkerContext, classDays: number): Promise<number> {
  const { leastSealDays } = await loadPolicy(ctx);
  return Math.max(LEAST_DAYS, leastSealDays, classDays) * DAY_MS;
}

/**
 * The organization's own key and certificate, made and tested at their first use where the settings say keys are made.
 *
 * @param classDays for how many days more the certificate has to be valid, as the class of a document says.
 * @throws signing/key-policy-exportable, seal-test-failed
 */
export async function openSeal(ctx: WorkerContext, classDays = 0): Promise<Seal> {
  const { keys } = ctx.runtime;
  const { organizationName, known, marginMs } = await inTransaction(ctx, async (ctx) => {
    const { name: organizationName } = await loadSettings(ctx);
    const active = await loadActiveSeal(ctx);
    if (active) await requireAllowedPlace(ctx, active.key.provider);
    return { organizationName, known: active, marginMs: await marginOf(ctx, classDays) };
  });
  if (known?.certificate.chainPem) return openBrought(ctx, known, organizationName, classDays);
  if (!known) await requireNoneBlocked(ctx);
  if (!known || !isUsable(ctx, known, marginMs))
    return createSeal(ctx, organizationName, { before: known, classDays });
  return {
    key: guarded(
      ctx,
      known.key.id,
      await keys.provider(known.key.provider).open(known.key.keyId, known.key.algorithm as KeyAlgorithm),
    ),
    certificate: {
      id: known.certificate.id,
      der: known.certificate.der,
      chain: await certificatesAbove(ctx.runtime, known.certificate),
    },
    organizationName,
  };
}

/**
 * A standby key seals as long as it stands in; any other is replaced where the settings say something else, unless
 * somebody chose its place or its algorithm.
 */
function isUsable(ctx: WorkerContext, { key, certificate }: KnownSeal, marginMs: number): boolean {
  const { keys } = ctx.runtime;
  const isAsSet = key.provider === keys.seals.name && key.algorithm === keys.sealAlgorithm;
  const isLongValid = certificate.notAfter.getTime() - ctx.now().getTime() > marginMs;
  return key.isStandby || ((isAsSet || key.isChosen) && isLongValid);
}

type KnownSeal = NonNullable<Awaited<ReturnType<typeof loadActiveSeal>>>;

/**
 * The key that another authority certified. Nothing takes its place by itself.
 *
 * @throws signing/seal-expired, seal-ends-soon, seal-revoked: a renewal is begun, and an administrator brings its
 *   certificate or returns to our own
 */
async function openBrought(
  ctx: WorkerContext,
  { key, certificate }: KnownSeal,
  organizationName: string,
  classDays: number,
): Promise<Seal> {
  const { id, der, chainPem, notAfter } = certificate;
  try {
    await inTransaction(ctx, (ctx) => requireLife(ctx, { id, notAfter }, classDays));
    await requireNotRevoked(ctx, { der, chainPem: chainPem! });
  } catch (error) {
    if (isRefusal(error)) await renewSeal(ctx, classDays);
    throw error;
  }
  return {
    key: guarded(
      ctx,
      key.id,
      await ctx.runtime.keys.provider(key.provider).open(key.keyId, key.algorithm as KeyAlgorithm),
    ),
    certificate: { id, der, chain: certificatesFromPem(chainPem!) },
    organizationName,
  };
}

/**
 * Where the brought seal's key may sign no more, none of ours comes in its place unasked.
 *
 * @throws signing/seal-revoked as `openBrought`
 */
async function requireNoneBlocked(ctx: WorkerContext): Promise<void> {
  const blocked = await inTransaction(ctx, findBroughtBlocked);
  if (!blocked) return;
  await renewSeal(ctx);
  throw signingError("seal-revoked", `the key of certificate ${blocked.certificateSha256} is blocked`);
}

interface Wanted {
  /** What was chosen for it holds for the next too. */
  readonly before: KnownSeal | null;
  readonly classDays: number;
}

async function createSeal(
  ctx: WorkerContext,
  organizationName: string,
  { before, classDays }: Wanted,
): Promise<Seal> {
  const { keys, timestamps, random } = ctx.runtime;
  const isChosen = before?.key.isChosen ?? false;
  const place = isChosen ? keys.provider(before!.key.provider) : keys.seals;
  const algorithm = isChosen ? (before!.key.algorithm as KeyAlgorithm) : keys.sealAlgorithm;
  await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, place.name));
  // What a test needs from outside is asked for first: no key is made that could not be tested.
  await timestamps.token(sha256(random(32)));
  const key = await place.create(algorithm, `Whereof seal of ${organizationName}`);
  const certificate = await issueSealCertificate(ctx, { organizationName, publicKey: key.publicKey });
  const trial = await checkSeal(ctx, { key, certificate, organizationName });
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  const outcome = await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const other = await loadActiveSeal(ctx);
    if (other ? other.certificate.chainPem : await findBroughtBlocked(ctx)) return "others";
    if (other && isUsable(ctx, other, await marginOf(ctx, classDays))) return "others";
    const createdAt = ctx.now();
    const report = await fileTrial(ctx, trial, {
      ...{ subject: id, occasion: "first", provider: place.name, key, certificate },
    });
    if (!report.isPassed) return "failed";
    await replaceSeal(ctx, {
      organizationId: ctx.organizationId,
      id,
      provider: place.name,
      keyId: key.id,
      algorithm: key.algorithm,
      certificateId: certificate.id,
      ...{ isActive: true, isChosen },
      ...{ testId: report.id, isTested: report.isPassed },
      createdAt,
    });
    const data = { provider: place.name, algorithm: key.algorithm, certificate: certificate.id };
    await appendEvent(ctx, { type: "seal.created", envelopeId: null, data });
    return "ours";
  });
  if (outcome === "failed") throw signingError("seal-test-failed", `key ${id} of ${ctx.organizationId}`);
  if (outcome === "others") return openSeal(ctx, classDays);
  return { key: guarded(ctx, id, key), certificate, organizationName };
}

/** Asks before every signature whether the key may still sign: a job may have opened it before it was blocked. */
function guarded(ctx: WorkerContext, id: string, { algorithm, publicKey, ...key }: SigningKey): SigningKey {
  return {
    ...{ id: key.id, algorithm, publicKey },
    async sign(message) {
      const row = await inTransaction(ctx, (ctx) => loadSigningKey(ctx, id));
      if (!row || row.blockedAt) throw pkiError("key-blocked", `key ${id} of ${ctx.organizationId}`);
      return key.sign(message);
    },
  };
}
