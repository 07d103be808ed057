import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { mailError } from "#lib/ports/mail.ts";
import { bulkDraft } from "../../../bench/bulk-draft.ts";
import { getJob, listJobRowsOf } from "./get-job.ts";
import { noteBounce, sendInTurn } from "./invitation-slots.ts";
import { releaseRows } from "./release-rows.ts";
import { pauseJob, resumeJob, startJob } from "./run-job.ts";
import { uploadTable } from "./upload-table.ts";

const product = testProduct();

/** A job with rows that went out, and what is to be mailed of each. */
async function running(rows: number, settings: Partial<Parameters<typeof startJob>[1]> = {}) {
  const ctx = await (await product().newOrganization()).member("sender");
  const id = await bulkDraft(ctx);
  async function* table() {
    yield fromUtf8(
      `Name,Email\n${Array.from({ length: rows }, (_, index) => `P ${index},p${index}@example.com`).join("\n")}\n`,
    );
  }
  const jobId = await uploadTable(ctx, { source: { kind: "draft", id }, fileName: "people.csv" }, table());
  await startJob(ctx, { jobId, perMinute: 600, ...settings });
  // As if it had gone out over minutes.
  for (let minute = 0; (await getJob(ctx, { jobId })).counts.rows.ready > 0; minute++)
    await releaseRows(at(ctx, minute * 61_000));
  await product().admin`update bulk_jobs set state = 'running' where id = ${jobId}`;
  const sent = await listJobRowsOf(ctx, { jobId, after: 0, limit: 500 });
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const invitations = sent.map(({ id }) => ({
    eventId: newId(),
    envelopeId: id as EnvelopeId,
    recipientId: newId() as RecipientId,
  }));
  return { ctx, jobId, invitations };
}

const at = (ctx: Context, ms: number): Context => ({
  ...createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "test" },
  }),
  now: () => new Date(Date.now() + ms),
});
const delivered = async () => "delivered" as const;

test("however late and however many at once, no more go out in a minute than the throttle", async () => {
  const { ctx, jobId, invitations } = await running(12, { perMinute: 5 });
  await product().admin`update bulk_jobs set per_minute = 5 where id = ${jobId}`;
  let mailed = 0;
  const send = async () => {
    mailed++;
    return "delivered" as const;
  };
  const first = await Promise.all(invitations.map((one) => sendInTurn(at(ctx, 0), one, send)));
  expect(mailed).toBe(5);
  const waits = first.filter((seconds) => seconds !== null);
  expect(waits).toHaveLength(7);
  for (const seconds of waits) expect(seconds).toBeGreaterThan(0);
  const left = invitations.filter((_, index) => first[index] !== null);
  expect(await sendInTurn(at(ctx, 50_000), left[0]!, send)).toBeGreaterThan(0);
  expect(mailed).toBe(5);
  await Promise.all(left.map((one) => sendInTurn(at(ctx, 61_000), one, send)));
  expect(mailed).toBe(10);
});

test("an invitation of no job goes at once", async () => {
  const { ctx } = await running(1);
  const id = uuidV7(Date.now(), ctx.runtime.random(10));
  const one = { eventId: id, envelopeId: id as EnvelopeId, recipientId: id as RecipientId };
  expect(await sendInTurn(at(ctx, 0), one, delivered)).toBeNull();
});

test("paused, invitations wait; resumed, they go", async () => {
  const { ctx, jobId, invitations } = await running(2);
  await pauseJob(ctx, { jobId });
  expect(await sendInTurn(at(ctx, 0), invitations[0]!, delivered)).toBeGreaterThan(0);
  await resumeJob(ctx, { jobId });
  expect(await sendInTurn(at(ctx, 0), invitations[0]!, delivered)).toBeNull();
  // Whose envelope is under way is not kept waiting by a pause.
  await pauseJob(ctx, { jobId });
  const next = { ...invitations[0]!, eventId: uuidV7(Date.now(), ctx.runtime.random(10)) };
  expect(await sendInTurn(at(ctx, 0), next, delivered)).toBeNull();
});

test("many refused addresses pause the job, and so does a mail server that takes nothing", async () => {
  const { ctx, jobId, invitations } = await running(24);
  for (const [index, one] of invitations.slice(0, 22).entries())
    await sendInTurn(at(ctx, 0), one, async () => (index % 10 === 3 ? "refused" : "delivered"));
  expect((await getJob(ctx, { jobId })).state).toBe("running");
  await sendInTurn(at(ctx, 0), invitations[22]!, async () => "refused");
  expect(await getJob(ctx, { jobId })).toMatchObject({ state: "paused", pauseReason: "bounces" });

  const other = await running(1);
  const unavailable = async () => {
    throw mailError("unavailable", "451");
  };
  await expect(sendInTurn(at(other.ctx, 0), other.invitations[0]!, unavailable)).rejects.toThrow("451");
  expect(await getJob(other.ctx, { jobId: other.jobId })).toMatchObject({
    state: "paused",
    pauseReason: "mail",
  });
});

test("invitations that were taken and come back later count as refused too", async () => {
  const { ctx, jobId, invitations } = await running(24);
  for (const one of invitations.slice(0, 22)) await sendInTurn(at(ctx, 0), one, delivered);
  const back = ({ eventId, recipientId }: (typeof invitations)[number]) =>
    noteBounce(at(ctx, 0), `${eventId}.${recipientId}`);
  await back(invitations[0]!);
  expect((await getJob(ctx, { jobId })).state).toBe("running");
  await noteBounce(at(ctx, 0), "of.no.job");
  await back(invitations[1]!);
  expect(await getJob(ctx, { jobId })).toMatchObject({ state: "paused", pauseReason: "bounces" });
});
