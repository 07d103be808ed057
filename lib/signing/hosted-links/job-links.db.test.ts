import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { getJob, listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recipientContext } from "../recipient-context.ts";
import { newDraft, until } from "../testing.ts";
import { giveJobLinks } from "./give-job-links.ts";

const product = testProduct({ runsJobs: true });
const office = async () => {
  const organization = await product().newOrganization();
  return {
    owner: await organization.member("owner"),
    sender: await organization.member("sender"),
    other: await organization.member("sender"),
    counsel: await organization.member("counsel"),
  };
};
const words = {
  ...{ envelope: "Envelope", until: "Open until" },
  linkOf: (name: string, number: number) => `Link of ${name || number}`,
};

async function bulk(ctx: Context, isGivenLink: boolean) {
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const { content, version } = await getDraft(ctx, draft);
  const recipients = content.recipients.map((one) => ({ ...one, name: "", email: "", isGivenLink }));
  await saveDraft(ctx, { envelopeId: draft.envelopeId, version, content: { ...content, recipients } });
  async function* table() {
    yield fromUtf8("Name,Email\nAna Ruiz,ana@example.com\nBen Okafor,ben@example.com\nBad,nobody\n");
  }
  const source = { kind: "draft", id: draft.envelopeId } as const;
  const jobId = await uploadTable(ctx, { source, fileName: "people.csv" }, table());
  await startJob(ctx, { jobId, perMinute: 600 });
  const system = createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "bulk" },
  });
  expect(await releaseRows(system)).toBe(2);
  const rows = await listJobRowsOf(ctx, { jobId, after: 0, limit: 10, states: ["sent"] });
  for (const { id } of rows) await until(ctx, id, ({ recipients }) => recipients[0]!.state === "notified");
  return { jobId, rows };
}

async function linesOf(ctx: Context, jobId: string, days?: number): Promise<string[]> {
  const { bytes, fileName } = await giveJobLinks(ctx, { jobId, ...(days ? { days } : {}) }, words);
  expect(fileName).toBe("people - links.csv");
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return toUtf8(Buffer.concat(parts)).replace("\ufeff", "").trim().split("\r\n");
}
const tokenIn = (line: string) => /\/sign\/([\w-]{43})/.exec(line)![1]!;
const enter = (ctx: Context, token: string) =>
  recipientContext({ runtime: ctx.runtime, request: REQUEST }, token);

test("who is given a link in a bulk send is not mailed: their links come in the table, made once more each time", async () => {
  const { owner, sender } = await office();
  const { jobId, rows } = await bulk(sender, true);
  expect((await getJob(sender, { jobId })).givenLinks).toMatchObject([{ position: 0, name: "" }]);
  expect((await getEnvelope(sender, { envelopeId: rows[0]!.id })).recipients[0]!.isGivenLink).toBe(true);
  await voidEnvelope(sender, { envelopeId: rows[1]!.id, reason: "Sent by mistake" });

  const [header, ana, ben, ...more] = await linesOf(sender, jobId, 1);
  expect(header).toBe('"Name","Email","Envelope","Link of 1","Open until"');
  expect(ana).toContain('"Ana Ruiz","ana@example.com",');
  // Nothing is asked of Ben any more; the bad row never went out.
  expect(ben).toMatch(/^"Ben Okafor","ben@example\.com","env_\w+","",""$/);
  expect(more).toEqual([]);
  const holder = await enter(sender, tokenIn(ana!));
  expect(holder.actor.kind).toBe("link-holder");
  const again = (await linesOf(sender, jobId))[1]!;
  expect((await openCeremony(await enter(sender, tokenIn(ana!)))).status).toBe("ended");
  expect((await enter(sender, tokenIn(again))).actor.kind).toBe("link-holder");

  const mailed = ((await readOutbox(owner)) ?? []).map(({ toAddress }) => toAddress);
  expect(mailed).not.toContain("ana@example.com");
  const trail = (await readChain(sender, rows[0]!.id)).entries;
  expect(trail.filter(({ type }) => type.startsWith("hosted-link.")).map(({ type }) => type)).toEqual([
    ...["hosted-link.created", "hosted-link.revoked", "hosted-link.created"],
  ]);
  expect(JSON.stringify(trail)).not.toContain(tokenIn(again));
  const own = (await readChain(sender, null)).entries.filter(({ type }) => type === "bulk-job.links-made");
  expect(own).toMatchObject([{ data: { job: jobId, days: 1 } }, { data: { job: jobId, days: 7 } }]);
}, 180_000);

test("links are for who may manage the job, and only where some are to be given", async () => {
  const { owner, sender, other, counsel } = await office();
  const { jobId } = await bulk(sender, true);
  const made = (ctx: Context) => refusalOf(giveJobLinks(ctx, { jobId }, words));
  expect(await made(other)).toBe("authorize/not-allowed");
  expect(await made(counsel)).toBe("authorize/not-allowed");
  expect(await made((await office()).owner)).toBe("envelopes/bulk-not-found");
  expect((await linesOf(owner, jobId)).length).toBe(3);
  const mailed = await bulk(sender, false);
  expect(await refusalOf(giveJobLinks(sender, { jobId: mailed.jobId }, words))).toBe(
    "signing/hosted-link-none",
  );
}, 180_000);
