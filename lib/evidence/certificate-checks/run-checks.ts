import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { keepAnswer, type LearnedAnswer } from "#lib/pki/certificate-statuses.ts";
import {
  type Certificate,
  parseCertificate,
  readableCertificates,
} from "#lib/pki/core/certificates/certificate.ts";
import { failure } from "#lib/pki/core/findings.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import type { InspectionTerms } from "#lib/pki/core/view/inspect.ts";
import { authoritiesOf } from "#lib/pki/list-authorities.ts";
import { certificatesAbove, publishedAuthorities } from "#lib/pki/published.ts";
import { knownCertificates } from "#lib/signing/seals/known-certificates.ts";
import type { CheckSource, CheckVerdict } from "../core/certificate-check/check-facts.ts";
import { type Judged, judgeCertificate, type LearnedStatus } from "../core/certificate-check/judge.ts";
import { evidenceError } from "../errors.ts";
import { inspectionTerms } from "../inspect-certificates.ts";
import { learnStatus } from "../statuses/learn-status.ts";
import {
  type CheckRunRow,
  changeRun,
  findOpenRun,
  loadPage,
  loadRuns,
  oldestStored,
  type StoredCertificate,
  saveChecks,
  saveRun,
} from "./store.ts";

const DAY_MS = 86_400_000;
/** Some days before the year is over: a run over millions takes its time, and each one is looked at within its year. */
export const CHECK_EVERY_DAYS = 355;
const PAGE_SIZE = 200;
/** Other work waits for the worker too. */
const AT_ONCE_MS = 5_000;

const NEXT: Readonly<Record<CheckSource, CheckSource | null>> = {
  stored: "registered",
  registered: "presented",
  presented: "authority",
  authority: null,
};

/** When everything has to be looked at again; null while nothing is stored. */
export async function nextCheckAt(ctx: Context): Promise<Date | null> {
  const [last] = await loadRuns(ctx, 1);
  const since = last?.startedAt ?? (await oldestStored(ctx));
  return since && new Date(since.getTime() + CHECK_EVERY_DAYS * DAY_MS);
}

/** Begins the yearly look at every stored certificate when its day has come. */
export async function beginDueCheck(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, async (ctx) => {
    const dueAt = await nextCheckAt(ctx);
    if (dueAt && dueAt <= ctx.now()) await begin(ctx, null);
  });
}

/** Has every stored certificate looked at now. @throws evidence/check-under-way */
export async function askCertificateCheck(ctx: Context): Promise<void> {
  const { name } = requirePermission(ctx, "key.manage");
  await inTransaction(ctx, async (ctx) => {
    if (!(await begin(ctx, name))) throw evidenceError("check-under-way", "one is under way");
  });
}

async function begin(ctx: Context, startedBy: string | null): Promise<boolean> {
  const { organizationId } = ctx;
  const startedAt = ctx.now();
  const id = uuidV7(startedAt.getTime(), ctx.runtime.random(10));
  if (!(await saveRun(ctx, { organizationId, id, startedAt, startedBy, source: "stored" }))) return false;
  const data = { run: id, isAsked: startedBy !== null };
  await appendEvent(ctx, { type: "certificate-check.begun", envelopeId: null, data });
  return true;
}

/** Goes on with the look under way, for a few seconds; what is left waits for the next round. */
export async function continueCertificateCheck(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const until = Date.now() + AT_ONCE_MS;
  while (Date.now() < until) {
    const run = await inTransaction(ctx, (ctx) => findOpenRun(ctx));
    if (!run) return;
    const { page, isLast } = await pageOf(ctx, run);
    const found = await judgeAll(ctx, page);
    await inTransaction(ctx, (ctx) => keep(ctx, run, found, isLast));
  }
}

interface Learned extends Judged {
  /** What its authority, another's, has signed; null where none was asked or none answered. */
  readonly answer: LearnedAnswer | null;
}

interface Found extends Learned {
  readonly stored: StoredCertificate;
}

async function pageOf(
  ctx: WorkerContext,
  { source, cursor }: CheckRunRow,
): Promise<{ readonly page: readonly StoredCertificate[]; readonly isLast: boolean }> {
  if (source === "authority") return { page: await ownAuthorities(ctx), isLast: true };
  const page = await inTransaction(ctx, (ctx) => loadPage(ctx, source, cursor, PAGE_SIZE));
  return { page, isLast: page.length < PAGE_SIZE };
}

/** Those of the installation, for who looks after them. */
async function ownAuthorities(ctx: WorkerContext): Promise<StoredCertificate[]> {
  const views = await authoritiesOf(ctx);
  const ders = (await publishedAuthorities(ctx.runtime)).map(({ certificateDer }) => certificateDer);
  return ders.flatMap((der) => {
    const view = views.find((one) => one.sha256 === toHex(sha256(der)));
    if (!view) return [];
    const { id, revokedAt } = view;
    return [
      {
        ...{ id, der, revokedAt, sha256: view.sha256, envelopeId: null, chainPem: null, authorityId: id },
        ...{ reason: null, isSigner: false, cursor: "" },
      },
    ];
  });
}

async function judgeAll(ctx: WorkerContext, page: readonly StoredCertificate[]): Promise<Found[]> {
  if (page.length === 0) return [];
  const { anchors, known } = await inTransaction(ctx, knownCertificates);
  const own = await inspectionTerms(ctx);
  const terms = { ...own, anchors: [...own.anchors, ...anchors.map(trustAnchorOf)] };
  const registered = readableCertificates([...anchors, ...known]);
  const chains = new Map<string, readonly Certificate[]>();
  const found: Found[] = [];
  for (const stored of page) {
    const { authorityId, chainPem } = stored;
    const name = authorityId ?? chainPem ?? "";
    const above = chains.get(name) ?? readableCertificates(await certificatesAbove(ctx.runtime, stored));
    chains.set(name, above);
    const heap = authorityId ? above : [...above, ...registered];
    found.push({ stored, ...(await judge(ctx, stored, heap, terms)) });
  }
  return found;
}

async function judge(
  ctx: WorkerContext,
  stored: StoredCertificate,
  heap: readonly Certificate[],
  terms: InspectionTerms,
): Promise<Learned> {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(stored.der);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const reason = failure("unreadable", "What is stored can no longer be read as a certificate.");
    return { verdict: "faulty", reasons: [reason], answer: null };
  }
  if (certificate.sha256 !== stored.sha256)
    return {
      verdict: "faulty",
      reasons: [failure("altered", "What is stored is not what was put on record: its SHA-256 is another.")],
      answer: null,
    };
  const { status, answer } = await learnedOf(ctx, stored, certificate, heap);
  return { ...judgeCertificate({ certificate, heap, terms, status, isSigner: stored.isSigner }), answer };
}

async function learnedOf(
  ctx: WorkerContext,
  { authorityId, revokedAt, reason }: StoredCertificate,
  certificate: Certificate,
  heap: readonly Certificate[],
): Promise<{ readonly status: LearnedStatus; readonly answer: LearnedAnswer | null }> {
  if (authorityId) return { status: { kind: "told", revokedAt, reason }, answer: null };
  const told = await learnStatus(ctx, { certificate, heap, at: ctx.now() });
  if (told === "needless") return { status: { kind: "needless" }, answer: null };
  if (typeof told === "string") return { status: { kind: "silent", why: told }, answer: null };
  return { status: { kind: "told", revokedAt: told.revokedAt, reason: told.reason }, answer: told };
}

/** Writes down what was found, unless another worker did so meanwhile. */
async function keep(
  ctx: Context,
  seen: CheckRunRow,
  found: readonly Found[],
  isLast: boolean,
): Promise<void> {
  const run = await findOpenRun(ctx, true);
  if (!run || run.id !== seen.id || run.source !== seen.source || run.cursor !== seen.cursor) return;
  const { organizationId } = ctx;
  const checkedAt = ctx.now();
  for (const { answer } of found) if (answer) await keepAnswer(ctx, answer);
  await saveChecks(
    ctx,
    found.map(({ stored: { id: certificateId, envelopeId, sha256 }, verdict, reasons }) => ({
      ...{ organizationId, runId: run.id, source: run.source, certificateId, envelopeId, sha256 },
      ...{ verdict, reasons, checkedAt },
    })),
  );
  const count = (wanted: CheckVerdict) =>
    run[wanted] + found.filter(({ verdict }) => verdict === wanted).length;
  const counts = {
    ...{ valid: count("valid"), expired: count("expired"), revoked: count("revoked") },
    ...{ faulty: count("faulty"), unknown: count("unknown") },
  };
  const next = isLast ? NEXT[run.source] : run.source;
  await changeRun(ctx, run.id, {
    ...counts,
    source: next ?? run.source,
    cursor: isLast ? null : found.at(-1)!.stored.cursor,
    endedAt: next === null ? checkedAt : null,
  });
  if (next !== null) return;
  const data = { run: run.id, ...counts };
  await appendEvent(ctx, { type: "certificate-check.ended", envelopeId: null, data });
}
