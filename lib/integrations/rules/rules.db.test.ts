import { createHmac } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext, inTransaction, type WorkerContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { addFolder } from "#lib/envelopes/folders.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { tagEnvelope } from "#lib/envelopes/organize.ts";
import { remindByRule } from "#lib/envelopes/rule-acts.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import { getTemplate } from "#lib/envelopes/templates/get-template.ts";
import { publishTemplate } from "#lib/envelopes/templates/publish-template.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import { noteContractEnds } from "#lib/retention/note-contract-ends.ts";
import { setContractEnd } from "#lib/retention/set-contract-end.ts";
import { completedLongAgo } from "#lib/retention/testing.ts";
import { approve } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { linkFor, newDraft, personWith, sent, until } from "#lib/signing/testing.ts";
import type { RuleAction, RuleCondition, RuleEvent } from "../core/workspace-rule.ts";
import { removeRule, saveRule, switchRule } from "./change-rules.ts";
import { getRules, tryRule } from "./get-rules.ts";
import { doRun, matchRules } from "./run-rules.ts";

interface Call {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const calls: Call[] = [];
let status = 200;
const receiver = http.createServer((request, response) => {
  let body = "";
  request.on("data", (part) => {
    body += part;
  });
  request.on("end", () => {
    calls.push({ headers: request.headers, body });
    response.writeHead(status).end();
  });
});
await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
afterAll(() => receiver.close());

const product = testProduct({ runsJobs: true, settings: async () => ({ PRIVATE_HOSTS: host }) });
const admin = async () => (await product().newOrganization()).member("admin");

const rule = (event: RuleEvent, action: RuleAction, conditions: readonly RuleCondition[] = []) => ({
  rule: { name: `On ${event}`, event, action, conditions: [...conditions] },
});

/** The runs there are once as many have ended as are waited for. */
async function ended(ctx: Context, count: number) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { runs } = await getRules(ctx);
    if (runs.filter(({ state }) => state !== "waiting").length >= count) return runs;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not so many: ${JSON.stringify((await getRules(ctx)).runs)}`);
}

const system = (ctx: Context, laterMs = 0): WorkerContext => ({
  ...createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "test" },
  }),
  now: () => new Date(Date.now() + laterMs),
});

const typesOf = async (ctx: Context, id: EnvelopeId) =>
  (await readChain(ctx, id)).entries.map(({ type }) => type);

async function publishedTemplate(ctx: Context, title: string) {
  const draft = await newDraft(ctx, [{ name: "Tenant" }]);
  const made = await createTemplate(ctx, { fromEnvelopeId: draft.envelopeId, name: title });
  const { version } = await getDraft(ctx, made);
  await publishTemplate(ctx, { templateId: made.templateId, draftVersion: version });
  const [role] = (await getTemplate(ctx, made)).roles;
  const people = [{ roleId: role!.id, name: "Bo Chen", email: "bo.chen@example.com" }];
  return { templateId: made.templateId, people };
}

test("what is sent is filed and tagged, once, by the rules that hold and no others", async () => {
  const ctx = await admin();
  const folderId = await addFolder(ctx, { name: "Leases" });
  await saveRule(ctx, rule("sent", { kind: "file", folderId }, [{ kind: "title", words: "lease" }]));
  await saveRule(ctx, rule("sent", { kind: "tag", tag: "New" }));
  await saveRule(ctx, rule("sent", { kind: "tag", tag: "Boat" }, [{ kind: "title", words: "boat" }]));
  const { id: off } = await saveRule(ctx, rule("sent", { kind: "tag", tag: "Off" }));
  await switchRule(ctx, { ruleId: off, isOn: false });
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const runs = await ended(ctx, 2);
  expect(runs.map(({ state }) => state)).toEqual(["done", "done"]);
  const { items } = await listEnvelopes(ctx, { folder: folderId });
  expect(items.map(({ id, tags }) => [id, tags])).toEqual([[envelopeId, ["New"]]]);
  const { entries } = await readChain(ctx, envelopeId);
  const event = entries.find(({ type }) => type === "envelope.sent")!;
  await matchRules(system(ctx), { eventId: event.id as EventId });
  for (const { id } of runs) await doRun(system(ctx), { runId: id });
  const types = await typesOf(ctx, envelopeId);
  expect(types.filter((type) => type === "rule.ran")).toHaveLength(2);
  expect(types.filter((type) => type === "envelope.tagged")).toHaveLength(1);
  expect((await getRules(ctx)).runs).toHaveLength(2);
});

test("a webhook is signed, tried again while it is not taken, and gives up by itself", async () => {
  const ctx = await admin();
  const url = `http://${host}/hook`;
  const { id, secret } = await saveRule(ctx, rule("voided", { kind: "webhook", url }));
  expect(secret).toMatch(/^whsec_/);
  expect(
    (await saveRule(ctx, { ruleId: id, ...rule("voided", { kind: "webhook", url }) })).secret,
  ).toBeNull();
  status = 500;
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(ctx, { envelopeId, reason: "A mistake" });
  const waiting = async () => {
    for (;;) {
      const [run] = (await getRules(ctx)).runs;
      if (run && run.attempts > 0) return run;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const run = await waiting();
  expect(run).toMatchObject({ state: "waiting", attempts: 1, detail: "http-500" });
  await doRun(system(ctx), { runId: run.id });
  expect((await getRules(ctx)).runs[0]!.attempts).toBe(1);
  status = 204;
  await doRun(system(ctx, 61_000), { runId: run.id });
  expect((await getRules(ctx)).runs[0]).toMatchObject({ state: "done", attempts: 2 });
  const [first, second] = calls as [Call, Call];
  expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
  const key = Buffer.from(secret!.replace("whsec_", ""), "base64");
  const { "webhook-id": name, "webhook-timestamp": at, "webhook-signature": signature } = second.headers;
  const mac = createHmac("sha256", key).update(`${name}.${at}.${second.body}`).digest("base64");
  expect(signature).toBe(`v1,${mac}`);
  expect(JSON.parse(second.body)).toMatchObject({ type: "envelope.voided", data: { title: "Lease 12B" } });
  expect(await typesOf(ctx, envelopeId)).toContain("rule.ran");
});

test("a webhook goes nowhere inside", async () => {
  const ctx = await admin();
  for (const url of ["http://example.com/", "https://user:secret@example.com/", "ftp://example.com/", "no"])
    expect(await refusalOf(saveRule(ctx, rule("sent", { kind: "webhook", url })))).toBe(
      "integrations/webhook-address",
    );
  await saveRule(ctx, rule("sent", { kind: "webhook", url: "https://127.0.0.1:9/" }));
  await saveRule(ctx, rule("sent", { kind: "webhook", url: "https://169.254.169.254/latest" }));
  await sent(ctx, [{ name: "Ana Ruiz" }]);
  const runs = await ended(ctx, 2);
  expect(runs.map(({ state, detail }) => [state, detail])).toEqual([
    ["failed", "web/not-public"],
    ["failed", "web/not-public"],
  ]);
});

test("a rule that starts what sets it off goes three deep and no further", async () => {
  const ctx = await admin();
  const template = await publishedTemplate(ctx, "Addendum");
  await saveRule(ctx, rule("sent", { kind: "start-template", ...template }));
  await sent(ctx, [{ name: "Ana Ruiz" }]);
  const runs = await ended(ctx, 4);
  expect(runs.map(({ state, detail }) => [state, detail])).toEqual([
    ["skipped", "rule-too-deep"],
    ["done", ""],
    ["done", ""],
    ["done", ""],
  ]);
  const { items } = await listEnvelopes(ctx, {});
  const made = items.filter(({ title }) => title === "Addendum");
  expect(made).toHaveLength(3);
  const envelope = await until(ctx, made[0]!.id, ({ recipients }) => recipients[0]!.state === "notified");
  expect(envelope.recipients[0]).toMatchObject({ name: "Bo Chen", email: "bo.chen@example.com" });
});

test("a member is written to", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("owner");
  const counsel = await organization.member("counsel");
  const actor = counsel.actor as Extract<Context["actor"], { kind: "member" }>;
  await saveRule(ctx, rule("voided", { kind: "mail", memberId: actor.memberId }));
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(ctx, { envelopeId, reason: "A mistake" });
  expect((await ended(ctx, 1))[0]).toMatchObject({ state: "done", title: "Lease 12B" });
  const mails = ((await readOutbox(ctx)) ?? []).filter(({ toAddress }) => toAddress === actor.email);
  expect(mails.map(({ subject }) => subject)).toEqual(["voided: “Lease 12B”"]);
});

test("who waits is reminded, and not within the hour of their last mail", async () => {
  const ctx = await admin();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const remind = (laterMs: number) =>
    inTransaction(system(ctx, laterMs), (ctx) => remindByRule(ctx, { envelopeId, ruleId: "018f" }));
  expect(await refusalOf(remind(0))).toBe("envelopes/reminded-just-now");
  await remind(3_700_000);
  expect(await typesOf(ctx, envelopeId)).toContain("recipient.reminded");
});

test("a draft that is tagged goes out, and an approval sets a rule off", async () => {
  const ctx = await admin();
  await saveRule(ctx, rule("tagged", { kind: "send" }, [{ kind: "tag", tag: "Ready" }]));
  await saveRule(ctx, rule("approved", { kind: "tag", tag: "Approved" }));
  const { envelopeId } = await newDraft(ctx, [
    { name: "Ana Ruiz", role: "approver" },
    { name: "Ben Okafor" },
  ]);
  await tagEnvelope(ctx, { envelopeId, tags: ["Berlin"] });
  expect((await getEnvelope(ctx, { envelopeId })).state).toBe("draft");
  await tagEnvelope(ctx, { envelopeId, tags: ["Berlin", "ready"] });
  // The first tag may have been looked at only once the second was there: then the rule ran for both.
  const run = expect.objectContaining({ state: "done", title: "Lease 12B" });
  await expect.poll(async () => (await getRules(ctx)).runs, { timeout: 60_000 }).toContainEqual(run);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { version, locale, sha256 } = (await openCeremony(ana)).consent;
  await giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
  const shown = (await openCeremony(ana)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await approve(ana, { shown, wording: "Approve" });
  await expect
    .poll(async () => (await getRules(ctx)).runs.find(({ ruleName }) => ruleName === "On approved")?.state, {
      timeout: 60_000,
    })
    .toBe("done");
  const { items } = await listEnvelopes(ctx, { tag: "Approved" });
  expect(items.map(({ id, tags }) => [id, tags])).toEqual([[envelopeId, ["Berlin", "ready", "Approved"]]]);
  // Tagged again by the rule, it is not sent again.
  expect((await typesOf(ctx, envelopeId)).filter((type) => type === "envelope.sent")).toHaveLength(1);
});

test("a draft that is not ready stays one, with the reason on record", async () => {
  const ctx = await admin();
  await saveRule(ctx, rule("tagged", { kind: "send" }, [{ kind: "tag", tag: "Ready" }]));
  const envelopeId = await createEnvelope(ctx, { title: "" });
  await tagEnvelope(ctx, { envelopeId, tags: ["Ready"] });
  expect((await ended(ctx, 1))[0]).toMatchObject({ state: "failed", detail: "envelopes/not-ready" });
  expect((await getEnvelope(ctx, { envelopeId })).state).toBe("draft");
});

test("what cannot be done is on record with why", async () => {
  const ctx = await admin();
  const folderId = await addFolder(ctx, { name: "Gone" });
  await saveRule(ctx, rule("sent", { kind: "file", folderId }));
  await product().admin`delete from folders where id = ${folderId}`;
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  expect((await ended(ctx, 1))[0]).toMatchObject({ state: "failed", detail: "envelopes/folder-not-found" });
  expect(await typesOf(ctx, envelopeId)).toContain("rule.failed");
  expect((await getEnvelope(ctx, { envelopeId })).state).toBe("sent");
});

test("is tried against what was, and does nothing there", async () => {
  const ctx = await admin();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const trial = await tryRule(ctx, { event: "sent", conditions: [{ kind: "title", words: "12B" }] });
  expect(trial).toMatchObject({ looked: 1, matched: 1, shown: [{ id: envelopeId, title: "Lease 12B" }] });
  const none = await tryRule(ctx, { event: "sent", conditions: [{ kind: "tag", tag: "x" }] });
  expect(none).toMatchObject({ looked: 1, matched: 0 });
  expect((await tryRule(ctx, { event: "completed", conditions: [] })).looked).toBe(0);
  expect((await getRules(ctx)).runs).toEqual([]);
});

test("is its organization's own, and gone when it is removed", async () => {
  const ctx = await admin();
  const { id } = await saveRule(ctx, rule("sent", { kind: "tag", tag: "New" }));
  const stranger = await admin();
  expect(await refusalOf(switchRule(stranger, { ruleId: id, isOn: false }))).toBe(
    "integrations/rule-not-found",
  );
  expect(await refusalOf(removeRule(stranger, { ruleId: id }))).toBe("integrations/rule-not-found");
  await sent(stranger, [{ name: "Ana Ruiz" }]);
  await removeRule(ctx, { ruleId: id });
  expect((await getRules(ctx)).rules).toEqual([]);
  expect((await getRules(ctx)).runs).toEqual([]);
  const { entries } = await readChain(ctx, null);
  expect(entries.map(({ type }) => type).filter((type) => type.startsWith("rule."))).toEqual([
    ...["rule.created", "rule.removed"],
  ]);
});

test("a contract that has ended is said to have, once, and a rule has its evidence built", async () => {
  const ctx = await admin();
  await saveRule(ctx, rule("contract-ended", { kind: "export" }));
  expect(await refusalOf(saveRule(ctx, rule("sent", { kind: "export" })))).toBe(
    "integrations/rule-nothing-to-export",
  );
  const { id: envelopeId } = await completedLongAgo(product(), ctx, 1);
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const packages = async () => (await typesOf(ctx, envelopeId)).filter((type) => type === "package.built");
  const before = (await packages()).length;

  await setContractEnd(ctx, { envelopeId, endsOn: day(0) });
  expect(await noteContractEnds(system(ctx))).toBe(0);
  await setContractEnd(ctx, { envelopeId, endsOn: day(-1) });
  expect(await noteContractEnds(system(ctx))).toBe(1);
  expect(await noteContractEnds(system(ctx))).toBe(0);
  const [run] = await ended(ctx, 1);
  expect(run).toMatchObject({ state: "done" });
  const { trail } = await until(
    ctx,
    envelopeId,
    ({ trail }) => trail.filter(({ type }) => type === "package.built").length > before,
    120_000,
  );
  expect(trail.findLast(({ type }) => type === "package.requested")?.data).toMatchObject({
    ...{ variant: "full", reason: "Rule “On contract-ended” of the workspace" },
  });
  // Moved, it ends anew.
  await setContractEnd(ctx, { envelopeId, endsOn: day(-2) });
  expect(await noteContractEnds(system(ctx))).toBe(1);
  const ends = (await readChain(ctx, envelopeId)).entries.filter(({ type }) => type === "contract.ended");
  expect(ends.map(({ data }) => data.endsOn)).toEqual([day(-1), day(-2)]);
});
