import { appendEvent } from "#lib/audit/append-event.ts";
import { readEvent } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { deliver } from "#lib/delivery/send-mail.ts";
import { envelopeFacts, fileByRule, remindByRule, sendByRule, tagByRule } from "#lib/envelopes/rule-acts.ts";
import { sendDraft } from "#lib/envelopes/send-envelope.ts";
import { startFromTemplate } from "#lib/envelopes/templates/use-template.ts";
import { AppError, isRefusal } from "#lib/errors.ts";
import { requestPackageByRule } from "#lib/evidence/request-package.ts";
import { type EnvelopeId, type EventId, type MemberId, publicId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { webhookHeaders } from "../core/webhook.ts";
import { heldBack, holds, nextTry, ruleEventOf, setsOff } from "../core/workspace-rule.ts";
import { ruleMail } from "./rule-mail.ts";
import {
  bulkFacts,
  changeRun,
  countRuns,
  depthOf,
  dueRuns,
  findPerson,
  loadRule,
  loadRulesFor,
  lockRun,
  type RuleRow,
  type RunRow,
  saveRun,
} from "./store.ts";

const ANSWER_BYTES = 64 * 1024;
const AT_ONCE = 100;

/** Whether there is a rule that an event of this type may set off. Part of our own jobs. */
export async function isWatched(ctx: Context, type: string): Promise<boolean> {
  requireSystem(ctx);
  const event = ruleEventOf(type);
  return event !== null && (await loadRulesFor(ctx, event)).length > 0;
}

/** Looks which rules an event sets off; looked at again, it sets off none a second time. */
export async function matchRules(ctx: Context, input: { readonly eventId: EventId }): Promise<void> {
  requireSystem(ctx);
  const { id: eventId, type, envelopeId, data } = await readEvent(ctx, input.eventId);
  const event = ruleEventOf(type);
  if (!event) return;
  await inTransaction(ctx, async (ctx) => {
    const rules = await loadRulesFor(ctx, event);
    if (rules.length === 0) return;
    const facts = envelopeId ? await envelopeFacts(ctx, envelopeId) : await bulkFacts(ctx, String(data.job));
    if (!facts || ("isPurged" in facts && facts.isPurged)) return;
    if ("signatureKind" in facts && !setsOff(type, data, facts.signatureKind)) return;
    const depth = (await depthOf(ctx, envelopeId)) + 1;
    for (const rule of rules.filter(({ conditions }) => holds(conditions, facts)))
      await settle(ctx, rule, { eventId, envelopeId, depth });
  });
}

async function settle(
  ctx: Context,
  rule: RuleRow,
  { eventId, envelopeId, depth }: Pick<RunRow, "eventId" | "envelopeId" | "depth">,
): Promise<void> {
  const reason = heldBack(depth, await countRuns(ctx, rule.id, envelopeId));
  const at = ctx.now();
  const id = runId(rule.id, eventId);
  const { organizationId } = ctx;
  const startsOne = rule.action.kind === "start-template" && !reason;
  const isNew = await saveRun(ctx, {
    ...{ organizationId, id, ruleId: rule.id, eventId, envelopeId, depth, createdAt: at, nextAt: at },
    madeEnvelopeId: startsOne ? (uuidV7(at.getTime(), ctx.runtime.random(10)) as EnvelopeId) : null,
    ...(reason ? { state: "skipped", detail: reason, endedAt: at } : { state: "waiting" }),
  });
  if (!isNew) return;
  const data = { rule: rule.id, name: rule.name, run: id, act: rule.action.kind };
  await appendEvent(
    ctx,
    reason
      ? { type: "rule.skipped", envelopeId, data: { ...data, reason } }
      : { type: "rule.matched", envelopeId, data },
  );
}

/** A name-based UUID (RFC 9562 §5.8) for a rule and an event. */
function runId(ruleId: string, eventId: string): string {
  const bytes = sha256(fromUtf8(`${ruleId} ${eventId}`)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Does what a rule says, once: what is done in the database is done in the transaction that says so. */
export async function doRun(ctx: WorkerContext, input: { readonly runId: string }): Promise<void> {
  requireSystem(ctx);
  const found = await inTransaction(ctx, async (ctx) => {
    const run = await lockRun(ctx, input.runId);
    if (run?.state !== "waiting" || (run.nextAt && run.nextAt > ctx.now())) return null;
    return { run, rule: await loadRule(ctx, run.ruleId) };
  });
  if (!found) return;
  try {
    await perform(ctx, found);
  } catch (error) {
    // What nobody foresaw is tried again by whoever looks after jobs.
    if (!(error instanceof AppError) && !isRefusal(error)) throw error;
    await fail(ctx, found, error.code, error.kind === "unavailable");
  }
}

interface Found {
  readonly run: RunRow;
  readonly rule: RuleRow;
}

async function perform(ctx: WorkerContext, { run, rule }: Found): Promise<void> {
  const { action } = rule;
  const envelopeId = run.envelopeId!;
  const ofRule = { envelopeId, ruleId: rule.id };
  switch (action.kind) {
    case "send":
      return within(ctx, { run, rule }, (ctx) => sendByRule(ctx, ofRule));
    case "remind":
      return within(ctx, { run, rule }, (ctx) => remindByRule(ctx, ofRule));
    case "export":
      return within(ctx, { run, rule }, (ctx) => requestPackageByRule(ctx, { ...ofRule, name: rule.name }));
    case "file":
      return within(ctx, { run, rule }, (ctx) => fileByRule(ctx, { ...ofRule, folderId: action.folderId }));
    case "tag":
      return within(ctx, { run, rule }, (ctx) => tagByRule(ctx, { ...ofRule, tag: action.tag }));
    case "mail": {
      const person = await inTransaction(ctx, (ctx) => findPerson(ctx, action.memberId as MemberId));
      if (!person) return fail(ctx, { run, rule }, "integrations/rule-member-unknown", false);
      const title = await titleOf(ctx, run);
      const refused = await deliver(ctx, run.id, person, ruleMail(ctx, { rule, run, title, person }));
      if (refused !== null) return fail(ctx, { run, rule }, "mail/refused", false);
      return within(ctx, { run, rule }, async () => {});
    }
    case "start-template":
      return startTemplate(ctx, { run, rule }, action);
    case "webhook":
      return call(ctx, { run, rule }, action.url);
  }
}

/** Does something and says that it is done, together. */
async function within<C extends Context>(
  ctx: C,
  { run, rule }: Found,
  work: (ctx: C) => Promise<void>,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if ((await lockRun(ctx, run.id))?.state !== "waiting") return;
    await work(ctx);
    await end(ctx, { run, rule });
  });
}

async function end(ctx: Context, { run, rule }: Found): Promise<void> {
  const at = ctx.now();
  await changeRun(ctx, run.id, { state: "done", endedAt: at, attempts: run.attempts + 1, detail: "" });
  const data = { rule: rule.id, name: rule.name, run: run.id, act: rule.action.kind };
  await appendEvent(ctx, { type: "rule.ran", envelopeId: run.envelopeId, data });
}

/** @param isForNow a try later may go well. */
async function fail(ctx: Context, { run, rule }: Found, detail: string, isForNow: boolean): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    if ((await lockRun(ctx, run.id))?.state !== "waiting") return;
    const attempts = run.attempts + 1;
    const nextAt = isForNow ? nextTry(attempts, ctx.now()) : null;
    if (nextAt) return changeRun(ctx, run.id, { attempts, nextAt, detail });
    await changeRun(ctx, run.id, { state: "failed", attempts, detail, endedAt: ctx.now(), nextAt: null });
    const data = { rule: rule.id, name: rule.name, run: run.id, act: rule.action.kind, reason: detail };
    await appendEvent(ctx, { type: "rule.failed", envelopeId: run.envelopeId, data });
  });
}

const titleOf = (ctx: Context, { envelopeId }: RunRow): Promise<string> =>
  envelopeId === null
    ? Promise.resolve("")
    : inTransaction(ctx, async (ctx) => (await envelopeFacts(ctx, envelopeId)).title);

async function startTemplate(
  ctx: WorkerContext,
  { run, rule }: Found,
  { templateId, people }: Extract<RuleRow["action"], { kind: "start-template" }>,
): Promise<void> {
  const owner = await inTransaction(ctx, (ctx) => findPerson(ctx, rule.ownerId));
  if (!owner) return fail(ctx, { run, rule }, "integrations/rule-member-unknown", false);
  const use = { templateId: templateId as TemplateId, number: null, people, values: {} };
  await startFromTemplate(ctx, use, {
    ...{ ownerId: rule.ownerId, envelopeId: run.madeEnvelopeId! },
    andThen: async (inner, { envelopeId, version }) => {
      if ((await lockRun(inner, run.id))?.state !== "waiting")
        throw new Error(`run ${run.id} was done by another`);
      await sendDraft(inner, { envelopeId, version });
      await end(inner, { run, rule });
    },
  });
}

/** Calls another's program. No redirect is followed, and no private address reached but those the operator named. */
async function call(ctx: WorkerContext, { run, rule }: Found, url: string): Promise<void> {
  if (!rule.sealedSecret) return fail(ctx, { run, rule }, "integrations/rule-not-found", false);
  const secret = await ctx.runtime.openIdentity(`rule:${rule.id}`, rule.sealedSecret);
  const event = await readEvent(ctx, run.eventId);
  const id = publicId("event", run.id);
  const body = JSON.stringify({
    ...{ type: event.type, timestamp: event.at.toISOString() },
    data: {
      ...{ event: publicId("event", event.id), rule: rule.name },
      envelope: run.envelopeId && publicId("envelope", run.envelopeId),
      title: await titleOf(ctx, run),
      ...(event.data.job ? { bulk_job: publicId("bulkJob", String(event.data.job)) } : {}),
    },
  });
  const { status } = await ctx.runtime.web.ask(url, {
    ...{ method: "POST", headers: webhookHeaders(secret, { id, at: ctx.now(), body }) },
    ...{ body: fromUtf8(body), limitBytes: ANSWER_BYTES },
  });
  if (status >= 200 && status < 300) return within(ctx, { run, rule }, async () => {});
  await fail(ctx, { run, rule }, `http-${status}`, status !== 410);
}

/** Tries again what waits for its time. */
export async function doDueRuns(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  for (const runId of await inTransaction(ctx, (ctx) => dueRuns(ctx, ctx.now(), AT_ONCE)))
    await doRun(ctx, { runId }).catch((error: unknown) =>
      ctx.runtime.log.warn({ err: error, runId }, "a rule's action was not done; tried again later"),
    );
}
