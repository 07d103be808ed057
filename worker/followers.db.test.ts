import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type WorkerContext } from "#lib/context.ts";
import { listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { saveRule } from "#lib/integrations/rules/change-rules.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { isNeeded } from "./followers.ts";

const product = testProduct();

async function rowOfBulkJob(ctx: Context, system: Context): Promise<EnvelopeId> {
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const { content, version } = await getDraft(ctx, draft);
  const recipients = content.recipients.map((one) => ({ ...one, name: "", email: "" }));
  await saveDraft(ctx, { envelopeId: draft.envelopeId, version, content: { ...content, recipients } });
  async function* table() {
    yield fromUtf8("Name,Email\nBen Okafor,ben@example.com\n");
  }
  const source = { kind: "draft", id: draft.envelopeId } as const;
  const jobId = await uploadTable(ctx, { source, fileName: "people.csv" }, table());
  await startJob(ctx, { jobId });
  await releaseRows(system);
  const [row] = await listJobRowsOf(ctx, { jobId, after: 0, limit: 1 });
  return row!.id;
}

test("what has nothing to do gets no job: rules where there are none, and pages of a bulk job's thousands", async () => {
  const ctx = await (await product().newOrganization()).member("admin");
  const { organizationId } = ctx;
  const system: WorkerContext = createContext(product().runtime, {
    organizationId,
    actor: { kind: "system", job: "fan-out" },
  });
  const { envelopeId } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const row = await rowOfBulkJob(ctx, system);
  const needs = (follower: string, type: string, id: string) =>
    inTransaction(system, (ctx) =>
      isNeeded(ctx, follower, { organizationId, eventId: id, type, envelopeId: id }),
    );

  expect(await needs("draw", "recipient.invited", envelopeId)).toBe(true);
  expect(await needs("draw", "recipient.invited", row)).toBe(false);
  expect(await needs("invite", "recipient.invited", row)).toBe(true);
  expect(await needs("match", "envelope.sent", row)).toBe(false);
  const name = "What is sent";
  await saveRule(ctx, {
    rule: { name, event: "sent", action: { kind: "tag", tag: "New" }, conditions: [] },
  });
  expect(await needs("match", "envelope.sent", row)).toBe(true);
  expect(await needs("match", "envelope.voided", row)).toBe(false);
}, 60_000);
