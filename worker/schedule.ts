import { sealRecords } from "#lib/audit/seal-records.ts";
import { keepLog } from "#lib/audit/sign-checkpoint.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { lapsePeople } from "#lib/envelopes/lapse-people.ts";
import { remindDue } from "#lib/envelopes/remind-due.ts";
import { sendScheduled } from "#lib/envelopes/send-scheduled.ts";
import { AppError } from "#lib/errors.ts";
import { beginDueCheck, continueCertificateCheck } from "#lib/evidence/certificate-checks/run-checks.ts";
import { checkLogRegularly } from "#lib/evidence/check-log-regularly.ts";
import { completeEnvelope } from "#lib/evidence/complete-envelope.ts";
import { noteClock } from "#lib/evidence/note-clock.ts";
import { recordAuditTrail } from "#lib/evidence/record-audit-trail.ts";
import { renewArchive } from "#lib/evidence/renew-archive.ts";
import { noteLateReports, orderDueReports } from "#lib/evidence/reports/request-report.ts";
import { beginDueReview, settleSilence } from "#lib/evidence/reviews/review-access.ts";
import { renewRecords } from "#lib/evidence/stamps/renew-records.ts";
import { forgetOldCounts } from "#lib/identity/count-try.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { doDueRuns } from "#lib/integrations/rules/run-rules.ts";
import { beginPlannedRotations } from "#lib/pki/ask-rotation.ts";
import { checkKeyProviders } from "#lib/pki/key-providers/check-key-providers.ts";
import { viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { archiveDue } from "#lib/retention/archive/archive-envelope.ts";
import { archiveRecords } from "#lib/retention/archive/archive-records.ts";
import { keepArchive } from "#lib/retention/archive/keep-archive.ts";
import { keepBackups } from "#lib/retention/backups/keep-backups.ts";
import { CHECKED_AT_ONCE, checkQuality } from "#lib/retention/check-quality.ts";
import { remindCustodians } from "#lib/retention/custodians/remind-custodians.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { noteContractEnds } from "#lib/retention/note-contract-ends.ts";
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
import { lookAtSite } from "#lib/signing/keys/look-at-site.ts";
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

/** Takes note of what could not be done. */
type Report = (what: string) => (error: unknown) => void;
type Step = (ctx: WorkerContext) => Promise<unknown>;

/** What happens by the clock. Every worker does it; whoever comes second finds it done. */
export function startSchedule(runtime: WorkerRuntime): { stop(): void } {
  let isStopped = false;
  const report: Report = (what) => (error) => {
    // Stopping closes the database under whatever is being done; the next start does it again.
    if (!isStopped) runtime.log.error({ err: error }, what);
  };
  const run = async (staleMs: number) => {
    await noteClock(runtime).catch(report("the clock is not sure of the time"));
    await tick(runtime, staleMs, report).catch(report("schedule"));
    await keepLog(runtime).catch(report("the next checkpoint of the log waits"));
    await checkLogRegularly(runtime).catch(report("the log was not checked"));
    await keepBackups(runtime).catch(report("the backups were not looked after"));
  };
  const timer = setInterval(() => void run(STALE_MS), EVERY_MS);
  // By itself: who looks after keys is told within a minute of an outage, whatever else takes long.
  const watch = () => watchPlaces(runtime, report).catch(report("the places of keys were not looked at"));
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

const CLOCKWORK: readonly Step[] = [
  ...[sendScheduled, expireEnvelopes, lapsePeople, remindDue, forgetLinkRequests, doDueRuns],
  ...[switchDueSeals, beginPlannedRotations],
];
const AFTER_RESUMING: readonly Step[] = [
  renewArchive,
  renewRecords,
  destroyKeyExports,
  remindKeyExports,
  remindProjectSteps,
];
const KEEPING: readonly Step[] = [
  ...[lookAgain, continueCertificateCheck, resumePurges, archiveDue, sealRecords],
];
/** Once a day in every process; what one has done the next finds done. */
const LOOKING_OVER_KEYS: readonly Step[] = [
  planReviews,
  warnExpiries,
  renewSeal,
  orderDueReports,
  noteLateReports,
  beginDueReview,
  settleSilence,
  backUpKeys,
  beginDueCheck,
];
/** The first time in a day that any worker comes by: at night, for one that runs. */
const PLANNING_DESTRUCTION: readonly Step[] = [
  noteContractEnds,
  planPurges,
  remindCustodians,
  keepArchive,
  archiveRecords,
];

/** One round of everything; what fails for one organization stops neither its other work nor another's. */
export async function tick(runtime: WorkerRuntime, staleMs: number, report: Report): Promise<void> {
  // Renews authorities in time and keeps their revocation lists fresh.
  await runtime.authorities().catch(report("the authorities were not looked after"));
  await forgetOldCounts(runtime).catch(report("old counts were not forgotten"));
  for (const organizationId of await listOrganizations(runtime)) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
    const resumeAll = async () => {
      const unchangedSince = new Date(runtime.now().getTime() - staleMs);
      for (const unfinished of await listUnfinished(ctx, unchangedSince)) await resume(ctx, unfinished);
    };
    await each(ctx, CLOCKWORK, report);
    await daily(ctx, LOOKING_OVER_KEYS, report);
    await each(ctx, [resumeAll, ...AFTER_RESUMING], report);
    await daily(ctx, PLANNING_DESTRUCTION, report);
    await each(ctx, KEEPING, report);
  }
}

/** @returns whether every one was done. */
async function each(ctx: WorkerContext, steps: readonly Step[], report: Report): Promise<boolean> {
  let isDone = true;
  for (const step of steps)
    try {
      await step(ctx);
    } catch (error) {
      isDone = false;
      report(`${step.name} of ${ctx.organizationId}`)(error);
    }
  return isDone;
}

const doneOn = new WeakMap<readonly Step[], Map<string, string>>();

/** Again with the next round, all of them, when one failed. */
async function daily(ctx: WorkerContext, steps: readonly Step[], report: Report): Promise<void> {
  const today = ctx.now().toISOString().slice(0, 10);
  const days = doneOn.get(steps) ?? new Map<string, string>();
  doneOn.set(steps, days);
  if (days.get(ctx.organizationId) === today) return;
  if (await each(ctx, steps, report)) days.set(ctx.organizationId, today);
}

/** Looks whether keys can be used where they are; tells of an outage, and lets a standby key take over. */
export async function watchPlaces(runtime: WorkerRuntime, report: Report): Promise<void> {
  await checkKeyProviders(runtime);
  await lookAtSite(runtime).catch(report("the certificate of the address was not looked at"));
  const places = await viewKeyProviders(runtime);
  for (const organizationId of await listOrganizations(runtime)) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
    const tellOutages = () => noteOutages(ctx, places);
    const standIn = () => switchStandby(ctx, places);
    await each(ctx, [tellOutages, standIn], report);
  }
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
