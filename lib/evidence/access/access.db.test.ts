import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { download } from "../download.ts";
import { downloadCertificateIndex } from "../download-certificate-index.ts";
import { exportEvents } from "../explorer/export-events.ts";
import { searchEvents } from "../explorer/search-events.ts";
import { giveReason } from "./give-reason.ts";
import { openEnvelope } from "./open-envelope.ts";
import { reasonState } from "./require-reason.ts";

const product = testProduct();

let owner: Context;
let counsel: Context;
let sender: Context;
let viewer: Context;
let envelopeId: EnvelopeId;
const events = { kind: "events" } as const;
const REASON = "Asked for in the Miller case";

const asks = (...asksReasonFor: AccessPurpose[]) =>
  changeOrganization(owner, {
    ...{ paper: "a4", fileNamePattern: "{title}", printsMarginId: true, asksReasonFor },
  });
const chain = async (id: EnvelopeId | null) => (await readChain(owner, id)).entries;
const anHourLater = (ctx: Context): Context => ({ ...ctx, now: () => new Date(Date.now() + 3_700_000) });

beforeAll(async () => {
  const organization = await product().newOrganization();
  [owner, counsel, sender, viewer] = (await Promise.all(
    (["owner", "counsel", "sender", "viewer"] as const).map(organization.member),
  )) as [Context, Context, Context, Context];
  ({ envelopeId } = await newDraft(sender, [{ name: "Ana Ruiz" }]));
  await asks();
});

describe("opening an envelope", () => {
  const opened = async () => (await chain(envelopeId)).filter(({ type }) => type === "envelope.opened");

  test("by whoever sent it is no event; by others it is one, once an hour for each of them", async () => {
    await openEnvelope(sender, { envelopeId });
    expect(await opened()).toHaveLength(0);
    for (const ctx of [counsel, counsel, viewer, counsel]) await openEnvelope(ctx, { envelopeId });
    expect((await opened()).map(({ actor }) => actor.role)).toEqual(["counsel", "viewer"]);
    await Promise.all([1, 2, 3].map(() => openEnvelope(anHourLater(counsel), { envelopeId })));
    expect(await opened()).toHaveLength(3);
  });

  test("waits for a reason where one is asked for, and the reason stands in the trail", async () => {
    await asks("foreign-envelope");
    const before = (await opened()).length;
    expect(await refusalOf(openEnvelope(owner, { envelopeId }))).toBe("evidence/reason-required");
    await openEnvelope(sender, { envelopeId });
    const purpose = "foreign-envelope";
    expect(await refusalOf(giveReason(owner, { purpose, envelopeId, reason: " why " }))).toBe(
      "evidence/reason-missing",
    );
    await giveReason(owner, { purpose, envelopeId, reason: REASON });
    expect((await openEnvelope(owner, { envelopeId })).title).toBe("Lease 12B");
    const last = (await opened()).at(-1)!;
    expect(last).toMatchObject({ actor: { role: "owner" }, data: { reason: REASON } });
    expect(await opened()).toHaveLength(before + 1);
    expect(await refusalOf(openEnvelope(anHourLater(owner), { envelopeId }))).toBe(
      "evidence/reason-required",
    );
  });

  test("is refused to a sender of others, reason or not", async () => {
    const { envelopeId } = await newDraft(owner, [{ name: "Ben Okafor" }]);
    const purpose = "foreign-envelope";
    expect(await refusalOf(giveReason(sender, { purpose, envelopeId, reason: REASON }))).toBe(
      "authorize/not-allowed",
    );
    expect(await refusalOf(openEnvelope(sender, { envelopeId }))).toBe("authorize/not-allowed");
  });
});

test("a download waits for a reason where one is asked for, for this envelope and this member", async () => {
  await asks("download");
  const take = (ctx: Context) =>
    download(ctx, { envelopeId, wanted: events }).then(({ bytes }) => bytes.cancel());
  expect(await refusalOf(take(sender))).toBe("evidence/reason-required");
  await giveReason(sender, { purpose: "download", envelopeId, reason: REASON });
  await take(sender);
  expect((await chain(envelopeId)).at(-1)).toMatchObject({
    ...{ type: "evidence.downloaded", actor: { role: "sender" }, data: { kind: "events", reason: REASON } },
  });
  expect(await refusalOf(take(counsel))).toBe("evidence/reason-required");
  expect(await refusalOf(take(anHourLater(sender)))).toBe("evidence/reason-required");
  const other = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  expect(await refusalOf(download(sender, { envelopeId: other.envelopeId, wanted: events }))).toBe(
    "evidence/reason-required",
  );
  await asks();
  await take(counsel);
  expect((await chain(envelopeId)).at(-1)!.data.reason).toBeUndefined();
});

test("an export waits for a reason where one is asked for, whatever is exported", async () => {
  await asks("export");
  const take = async (work: Promise<{ bytes: ReadableStream }>) => (await work).bytes.cancel();
  expect(await refusalOf(take(exportEvents(counsel, { form: "csv" })))).toBe("evidence/reason-required");
  expect(await refusalOf(take(downloadCertificateIndex(counsel, {})))).toBe("evidence/reason-required");
  expect(await reasonState(counsel, { purpose: "export", envelopeId: null })).toEqual({
    ...{ isAsked: true, givenUntil: null },
  });
  await giveReason(counsel, { purpose: "export", envelopeId: null, reason: REASON });
  const { givenUntil } = await reasonState(counsel, { purpose: "export", envelopeId: null });
  expect(givenUntil!.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  await take(exportEvents(counsel, { form: "csv", text: "Ana" }));
  await take(downloadCertificateIndex(counsel, {}));
  expect((await chain(null)).slice(-2)).toMatchObject([
    { type: "audit.exported", data: { reason: REASON, query: { text: "Ana" } } },
    { type: "evidence.downloaded", data: { kind: "certificate-index", reason: REASON } },
  ]);
});

test("reading everybody's events is an event, once an hour; reading one's own is none", async () => {
  const searched = async () => (await chain(null)).filter(({ type }) => type === "audit.searched").length;
  const before = await searched();
  for (const ctx of [sender, sender, counsel, counsel]) await searchEvents(ctx, {});
  expect(await searched()).toBe(before + 1);
});

test("which reasons are asked for is settled by owners and admins, and every change is an event", async () => {
  await asks("download", "export");
  const { data } = (await chain(null)).at(-1)!;
  expect(data).toMatchObject({
    from: { asksReasonFor: ["export"] },
    to: { asksReasonFor: ["download", "export"] },
  });
  const settings = { paper: "a4", fileNamePattern: "{title}", printsMarginId: true } as const;
  expect(await refusalOf(changeOrganization(counsel, { ...settings, asksReasonFor: [] }))).toBe(
    "authorize/not-allowed",
  );
  await changeOrganization(owner, settings);
  expect((await chain(null)).at(-1)!.data).toMatchObject({ to: { asksReasonFor: ["download", "export"] } });
});
