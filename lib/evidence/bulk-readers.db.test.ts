import { expect, test } from "vitest";
import { REQUEST, testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { getJob, listJobRowsOf, previewRows } from "#lib/envelopes/bulk/get-job.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { approve } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { recipientContext } from "#lib/signing/recipient-context.ts";
import { newDraft, until } from "#lib/signing/testing.ts";
import { downloadJobCertificates } from "./download-job-certificates.ts";

const product = testProduct({ runsJobs: true });

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield fromUtf8(text);
}

test("a table of readers is sent without any field, confirmed, counted and indexed", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const { envelopeId: id, version, content } = await newDraft(owner, [{ name: "Somebody", role: "viewer" }]);
  const recipients = content.recipients.map((person) => ({ ...person, name: "", email: "" }));
  await saveDraft(owner, { envelopeId: id, version, content: { ...content, recipients } });
  const table = "Name,Email\nAna Ruiz,ana@example.com\nBo Chen,bo@example.com\n";
  const source = { kind: "draft", id } as const;
  const jobId = await uploadTable(owner, { source, fileName: "people.csv" }, pieces(table));
  expect((await previewRows(owner, { jobId }))[0]!.page).toMatchObject({ page: 0 });
  const before = await getJob(owner, { jobId });
  expect(before).toMatchObject({ blockers: [], counts: { readers: { all: 0, done: 0 } } });
  await startJob(owner, { jobId, perMinute: 600 });
  const { organizationId } = owner;
  const actor = { kind: "system", job: "bulk" } as const;
  expect(await releaseRows(createContext(owner.runtime, { organizationId, actor }))).toBe(2);
  const [first] = await listJobRowsOf(owner, { jobId, after: 0, limit: 10 });

  await until(owner, first!.id, ({ trail }) => trail.some(({ type }) => type === "mail.delivered"));
  const mail = ((await readOutbox(owner)) ?? []).find(({ toAddress }) => toAddress === "ana@example.com")!;
  const token = /\/sign\/([\w-]+)/.exec((await openOutboxMail(owner, { mailId: mail.id })).text)![1]!;
  const ana = await recipientContext({ runtime: owner.runtime, request: REQUEST }, token);
  const { consent } = await openCeremony(ana);
  await giveConsent(ana, { ...consent, wording: "Agree and continue" });
  const { documents } = await openCeremony(ana);
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await approve(ana, { shown, wording: "I have read it" });
  await until(owner, first!.id, ({ state }) => state === "completed");
  const { certificates } = await getEnvelope(owner, { envelopeId: first!.id });
  expect(certificates.filter(({ kind }) => kind === "signer")).toEqual([]);

  const { counts } = await getJob(owner, { jobId });
  expect(counts).toMatchObject({ readers: { all: 2, done: 1 }, envelopes: { completed: 1, sent: 1 } });
  const index = await downloadJobCertificates(owner, { jobId });
  const text = await new Response(index.bytes as ReadableStream).text();
  const lines = text.trim().replaceAll('"', "").split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^1,env_\w+,completed,acknowledged,Ana Ruiz,ana@example\.com,20.*Z,{6}$/);
}, 120_000);
