import { beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { listDisputeFiles } from "#lib/evidence/disputes/list-dispute-files.ts";
import { completed } from "#lib/evidence/testing-package.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { openDispute } from "./open-dispute.ts";

const product = testProduct({ runsJobs: true });

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
let sender: Context;
let envelopeId: EnvelopeId;
let recipientId: string;

beforeAll(async () => {
  organization = await product().newOrganization();
  sender = await organization.member("sender");
  envelopeId = await completed(sender);
  const { recipients } = await getEnvelope(sender, { envelopeId });
  recipientId = recipients.find(({ name }) => name === "Ana Ruiz")!.id;
}, 180_000);

const isHeld = async () => {
  const [row] = await product().admin`select held_since from envelopes where id = ${envelopeId}`;
  return row!.held_since !== null;
};

test("a dispute holds the envelope where that is wanted, and says so in both chains", async () => {
  const counsel = await organization.member("counsel");
  await openDispute(sender, { envelopeId, recipientId, isHeld: false });
  expect(await isHeld()).toBe(false);
  const id = await openDispute(counsel, { envelopeId, recipientId, reason: "Never saw it", isHeld: true });
  expect(await isHeld()).toBe(true);
  const placed = (await readChain(counsel, null)).entries.find(({ type }) => type === "legal-hold.placed");
  expect(placed!.data).toMatchObject({ reason: "Never saw it", matter: "Disputed signature of Ana Ruiz" });
  expect((await listDisputeFiles(counsel, { envelopeId })).map((one) => one.id)).toContain(id);
});

test("who may hold nothing gets neither file nor hold", async () => {
  const before = await listDisputeFiles(sender, { envelopeId });
  expect(await refusalOf(openDispute(sender, { envelopeId, recipientId, isHeld: true }))).toBe(
    "authorize/not-allowed",
  );
  expect(await listDisputeFiles(sender, { envelopeId })).toHaveLength(before.length);
});

test("a dispute that is refused places no hold", async () => {
  const admin = await organization.member("admin");
  const holds = async () =>
    (await readChain(admin, null)).entries.filter(({ type }) => type === "legal-hold.placed").length;
  const before = await holds();
  const stranger = "00000000-0000-7000-8000-000000000000";
  expect(await refusalOf(openDispute(admin, { envelopeId, recipientId: stranger, isHeld: true }))).toBe(
    "evidence/not-found",
  );
  expect(await holds()).toBe(before);
});
