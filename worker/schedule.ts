import { sealRecords } from "#lib/audit/seal-records.ts";
import { keepLog } from "#lib/audit/sign-checkpoint.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { remindDue } from "#lib/envelopes/remind-due.ts";
import { sendScheduled } from "#lib/envelopes/send-scheduled.ts";
import { AppError } from "#lib/errors.ts";
import { checkLogRegularly } from "#lib/evidence/check-log-regularly.ts";
import { completeEnvelope } from "#lib/evidence/complete-envelope.ts";
import { recordAuditTrail } from "#lib/evidence/record-audit-trail.ts";
import { renewArchive } from "#lib/evidence/renew-archive.ts";
import { orderDueReports } from "#lib/evidence/reports/request-report.ts";
import { forgetOldCounts } from "#lib/identity/count-try.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { doDueRuns } from "#lib/integrations/rules/run-rules.ts";
import { checkKeyProviders } from "#lib/pki/key-providers/check-key-providers.ts";
import { viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { archiveDue } from "#lib/retention/archive/archive-envelope.ts";
import { keepArchive } from "#lib/retention/archive/keep-archive.ts";
import { CHECKED_AT_ONCE, checkQuality } from "#lib/retention/check-quality.ts";
import { remindCustodians } from "#lib/retention/custodians/remind-custodians.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { planPurges } from "#lib/retention/plan-purges.ts";
import { resumePurges } from "#lib/retention/resume-purges.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { advanceEnvelope } from "#lib/signing/advance-envelope.ts";
import { backUpKeys } from "#lib/signing/key-care/back-up-keys.ts";
import { switchStandby } from "#lib/signing/key-care/standby.ts";
import { noteOutages } from "#lib/signing/key-care/watch-places.ts";
import { destroyKeyExports } from "#lib/signing/key-exports/end-key-export.ts";
import { remindKeyExports } from "#lib/signing/key-exports/remind-exports.ts";
import { remindProjectSteps } from "#lib/signing/key-projects/remind-steps.ts";
import { planReviews } from "#lib/signing/keys/reviews.ts";
import { warnExpiries } from "#lib/signing/keys/warn-expiries.ts";
import { listUnfinished, type Unfinished } from "#lib/signing/list-unfinished.ts";
import { noteDelay } from "#lib/signing/note-delay.ts";
import { prepareDocuments } from "#lib/signing/prepare-document.ts";
import { forgetLinkRequests } from "#lib/signing/public-links/start-envelope.ts";
import { switchDueSeals } from "#lib/signing/rotate-seal.ts";
import { sealEnvelope } from "#lib/signing/seal-envelope.ts";
import { renewSeal } from "#lib/signing/seals/renew-seal.ts";
import { signRevision } from "#lib/signing/sign-revision.ts";

const EVERY_MS = 60_000;
const WATCH_MS = 30_000;
/** Work that nothing has happened to for so long is taken up here, should its job have been lost. */
const STALE_MS = 180_000;

/** What happens by the clock. Every worker does it; whoever comes second finds it done. */
export function startSchedule(runtime: WorkerRuntime): { stop(): void } {
  let isStopped = false;
  const report = (what: string) => (error: unknown) => {
    // Stopping closes the database under whatever is being done; the next start does it again.
    if (!isStopped) runtime.log.error({ err: error }, what);
  };
  const run = async (staleMs: number) => {
    await tick(runtime, staleMs).catch(report("schedule"));
    await keepLog(runtime).catch(report("the next checkpoint of the log waits"));
    await checkLogRegularly(runtime).catch(report("the log was not checked"));
  };
  const timer = setInterval(() => void run(STALE_MS), EVERY_MS);
  // By itself: who looks after keys is told within a minute of an outage, whatever else takes long.
  const watch = () => watchPlaces(runtime).catch(report("the places of keys were not looked at"));
  const watching = setInterval(() => void watch(), WATCH_MS);
  void watch();
  // A worker that starts takes up at once whatever one that was killed has left.
  void run(0);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      clearInterval(watching);
    },
  };
}

async function tick(runtime: WorkerRuntime, staleMs: number): Promise<void> {
  // Renews authorities in time and keeps their revocation lists fresh.
  await runtime.authorities();
  await forgetOldCounts(runtime);
  for (const organizationId of await listOrganizations(runtime)) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
    await sendScheduled(ctx);
    await expireEnvelopes(ctx);
    await remindDue(ctx);
    await forgetLinkRequests(ctx);
    await doDueRuns(ctx);
    await switchDueSeals(ctx);
    await lookOverKeys(ctx);
    const unchangedSince = new Date(runtime.now().getTime() - staleMs);
    for (const unfinished of await listUnfinished(ctx, unchangedSince)) await resume(ctx, unfinished);
    await renewArchive(ctx);
    await destroyKeyExports(ctx);
    await remindKeyExports(ctx);
    await remindProjectSteps(ctx);
    await planDestruction(ctx);
    await lookAgain(ctx);
    await resumePurges(ctx);
    await archiveDue(ctx);
    await sealRecords(ctx);
  }
}

/** Looks whether keys can be used where they are; tells of an outage, and lets a standby key take over. */
export async function watchPlaces(runtime: WorkerRuntime): Promise<void> {
  await checkKeyProviders(runtime);
  const places = await viewKeyProviders(runtime);
  for (const organizationId of await listOrganizations(runtime)) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
    await noteOutages(ctx, places);
    await switchStandby(ctx, places);
  }
}

const lookedOverOn = new Map<string, string>();

/** Once a day in every process; what one has done the next finds done. */
async function lookOverKeys(ctx: WorkerContext): Promise<void> {
  const today = ctx.now().toISOString().slice(0, 10);
  if (lookedOverOn.get(ctx.organizationId) === today) return;
  await planReviews(ctx);
  await warnExpiries(ctx);
  await renewSeal(ctx);
  await orderDueReports(ctx);
  await backUpKeys(ctx);
  lookedOverOn.set(ctx.organizationId, today);
}

const plannedOn = new Map<string, string>();

/** The first time in a day that any worker comes by: at night, for one that runs. */
async function planDestruction(ctx: WorkerContext): Promise<void> {
  const today = ctx.now().toISOString().slice(0, 10);
  if (plannedOn.get(ctx.organizationId) === today) return;
  await planPurges(ctx);
  await remindCustodians(ctx);
  await keepArchive(ctx);
  plannedOn.set(ctx.organizationId, today);
}

const lookedAgainOn = new Map<string, string>();

/** Some at a time, until nothing that is due today is left. */
async function lookAgain(ctx: WorkerContext): Promise<void> {
  const today = ctx.now().toISOString().slice(0, 10);
  if (lookedAgainOn.get(ctx.organizationId) === today) return;
  if ((await checkQuality(ctx)) < CHECKED_AT_ONCE) lookedAgainOn.set(ctx.organizationId, today);
}

/** Every step there is, in order: each does nothing when it is not its time. */
async function resume(ctx: WorkerContext, { envelopeId, unsigned }: Unfinished): Promise<void> {
  try {
    await prepareDocuments(ctx, { envelopeId });
    for (const recipientId of unsigned) await signRevision(ctx, { envelopeId, recipientId });
    await advanceEnvelope(ctx, { envelopeId });
    await sealEnvelope(ctx, { envelopeId });
    await recordAuditTrail(ctx, { envelopeId, keeping: await keepingFacts(ctx, { envelopeId }) });
    await completeEnvelope(ctx, { envelopeId });
    await noteDelay(ctx, { envelopeId, waitingFor: null });
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal";
    ctx.runtime.log.warn({ err: error, code, envelopeId }, "not resumed; tried again later");
  }
}
