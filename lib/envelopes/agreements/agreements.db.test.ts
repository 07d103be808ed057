import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { cloneEnvelope } from "../clone-envelope.ts";
import { markHealth } from "../documents/mark-health.ts";
import { getDraft } from "../get-draft.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { downloadAgreement, listAgreements } from "./list-agreements.ts";
import { endAgreement, recordAgreement } from "./record-agreement.ts";

const product = testProduct();

type More = Partial<Parameters<typeof recordAgreement>[1]>;
const record = (ctx: Context, more: More = {}) =>
  recordAgreement(ctx, {
    ...{ coveredEntity: "Mill Street Practice", businessAssociate: "Harbour Studio" },
    ...{ signedOn: "2024-02-29", fileName: "baa.pdf", bytes: contract() },
    ...more,
  });

async function marked() {
  const organization = await product().newOrganization();
  const [admin, sender] = [await organization.member("admin"), await organization.member("sender")];
  const { envelopeId, document } = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  const version = await markHealth(sender, { envelopeId, documentId: document.id, holdsHealth: true });
  return { organization, admin, sender, envelopeId, document, version };
}

const blockersOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await getDraft(ctx, { envelopeId })).blockers.filter(({ code }) => code === "no-agreement");

describe("a document that holds health data", () => {
  test("is not sent before a signed agreement is on record, nor after it is over or off", async () => {
    const { admin, sender, envelopeId, document, version } = await marked();
    expect(await blockersOf(sender, envelopeId)).toEqual([{ code: "no-agreement", documentId: document.id }]);
    const send = () => refusalOf(sendEnvelope(sender, { envelopeId, version }));
    expect(await send()).toBe("envelopes/not-ready");
    // Over since yesterday.
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await record(admin, { endsOn: yesterday });
    expect(await send()).toBe("envelopes/not-ready");
    const id = await record(admin);
    expect(await blockersOf(sender, envelopeId)).toEqual([]);
    await endAgreement(admin, { agreementId: id });
    expect(await send()).toBe("envelopes/not-ready");
    await record(admin);
    expect(await send()).toBeUndefined();
  });

  test("counts only an agreement of its own organization", async () => {
    const { sender, envelopeId, version } = await marked();
    await record(await (await product().newOrganization()).member("owner"));
    expect(await refusalOf(sendEnvelope(sender, { envelopeId, version }))).toBe("envelopes/not-ready");
  });

  test("is one because somebody says so: both ways, in the trail, and in a copy", async () => {
    const { organization, sender, envelopeId, document, version } = await marked();
    const mark = (ctx: Context, holdsHealth: boolean) =>
      markHealth(ctx, { envelopeId, documentId: document.id, holdsHealth });
    expect(await refusalOf(mark(await organization.member("sender"), false))).toBe("authorize/not-allowed");
    expect(await refusalOf(mark(await organization.member("viewer"), false))).toBe("authorize/not-allowed");
    const stranger = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(mark(stranger, false))).toBe("envelopes/not-found");
    const copy = (await cloneEnvelope(sender, { envelopeId })) as unknown as EnvelopeId;
    expect(await blockersOf(sender, copy)).toHaveLength(1);
    // Whoever saw the draft before the mark does not send it by that look.
    expect(await refusalOf(sendEnvelope(sender, { envelopeId, version: version - 1 }))).toBe(
      "envelopes/draft-changed",
    );
    expect(await mark(sender, false)).toBe(version + 1);
    expect(await refusalOf(sendEnvelope(sender, { envelopeId, version: version + 1 }))).toBeUndefined();
    expect(await refusalOf(mark(sender, true))).toBe("envelopes/not-a-draft");
    const { entries } = await readChain(sender, envelopeId);
    const told = entries.filter(({ type }) => type === "document.marked").map(({ data }) => data.holdsHealth);
    expect(told).toEqual(["yes", "no"]);
  });
});

describe("an agreement", () => {
  test("stands on record with its parties, days, file and who recorded it", async () => {
    const organization = await product().newOrganization();
    const counsel = await organization.member("counsel");
    const id = await record(counsel, { endsOn: "2999-12-31", fileName: "BAA signed.pdf" });
    const { items, hasOne } = await listAgreements(counsel);
    expect(hasOne).toBe(true);
    expect(items).toMatchObject([
      {
        ...{ id, coveredEntity: "Mill Street Practice", businessAssociate: "Harbour Studio" },
        ...{ signedOn: "2024-02-29", endsOn: "2999-12-31", fileName: "BAA signed.pdf" },
        ...{ recordedBy: "Olivia counsel", state: "counts" },
      },
    ]);
    const file = await downloadAgreement(counsel, { agreementId: id });
    const bytes = concatBytes(await Array.fromAsync(file.bytes as AsyncIterable<Uint8Array>));
    expect(bytes).toEqual(contract());
    const { entries } = await readChain(counsel, null);
    const sha256 = createHash("sha256").update(contract()).digest("hex");
    expect(entries.map(({ type, data }) => [type, data.sha256])).toEqual([
      ["agreement.recorded", sha256],
      ["agreement.downloaded", sha256],
    ]);
    await endAgreement(counsel, { agreementId: id });
    expect(await listAgreements(counsel)).toMatchObject({ hasOne: false, items: [{ state: "ended" }] });
    expect(await refusalOf(endAgreement(counsel, { agreementId: id }))).toBe("envelopes/agreement-not-found");
  });

  test.each<[string, More]>([
    ["envelopes/agreement-not-a-pdf", { bytes: fromUtf8("a letter") }],
    ["envelopes/agreement-too-large", { bytes: new Uint8Array(10 * 1024 * 1024 + 1) }],
    ["envelopes/agreement-days-wrong", { endsOn: "2024-02-28" }],
    ["envelopes/agreement-not-signed-yet", { signedOn: "2999-01-01" }],
  ])("is refused with %s, and nothing is kept", async (code, more) => {
    const owner = await (await product().newOrganization()).member("owner");
    expect(await refusalOf(record(owner, more))).toBe(code);
    expect((await listAgreements(owner)).items).toEqual([]);
  });

  test("is nobody else's business", async () => {
    const organization = await product().newOrganization();
    const id = await record(await organization.member("owner"));
    for (const role of ["sender", "viewer"] as const) {
      const ctx = await organization.member(role);
      expect(await refusalOf(record(ctx))).toBe("authorize/not-allowed");
      expect(await refusalOf(listAgreements(ctx))).toBe("authorize/not-allowed");
    }
    const stranger = await (await product().newOrganization()).member("owner");
    for (const agreementId of [id, "../../etc"])
      expect(await refusalOf(downloadAgreement(stranger, { agreementId }))).toBe(
        "envelopes/agreement-not-found",
      );
    expect(await refusalOf(endAgreement(stranger, { agreementId: id }))).toBe(
      "envelopes/agreement-not-found",
    );
  });

  test("counts on its first and last day, by the calendar in UTC", async () => {
    const { admin, sender, envelopeId } = await marked();
    await record(admin, { signedOn: "2024-02-29", endsOn: "2024-12-31" });
    const on = (at: string): Context => ({
      ...createContext(product().runtime, sender),
      now: () => new Date(at),
    });
    for (const [at, count] of [
      ["2024-02-28T23:59:59Z", 1],
      ["2024-02-29T00:00:00Z", 0],
      ["2024-12-31T23:59:59Z", 0],
      ["2025-01-01T00:00:00Z", 1],
    ] as const)
      expect(await blockersOf(on(at), envelopeId)).toHaveLength(count);
  });
});
