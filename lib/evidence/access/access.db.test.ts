import { beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { exportEnvelopes } from "#lib/envelopes/export-list.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { PREVIEW, pageImage } from "#lib/envelopes/page-image.ts";
import { pageText } from "#lib/envelopes/page-text.ts";
import { reasonState } from "#lib/identity/access/require-reason.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { exportJournal } from "#lib/signing/attestations/journal.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { exportLedger } from "../consents/export-ledger.ts";
import { searchLedger } from "../consents/read-ledger.ts";
import { download } from "../download.ts";
import { downloadCertificateIndex } from "../download-certificate-index.ts";
import { exportEvents } from "../explorer/export-events.ts";
import { searchEvents } from "../explorer/search-events.ts";
import { downloadCompletionTimes } from "../reports/completion-times.ts";
import { giveReason } from "./give-reason.ts";
import { openEnvelope } from "./open-envelope.ts";

const product = testProduct();

let organization: Awaited<ReturnType<ReturnType<typeof product>["newOrganization"]>>;
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
  organization = await product().newOrganization();
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
    expect(await refusalOf(openEnvelope(owner, { envelopeId }))).toBe("identity/reason-required");
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
      "identity/reason-required",
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
  expect(await refusalOf(take(sender))).toBe("identity/reason-required");
  await giveReason(sender, { purpose: "download", envelopeId, reason: REASON });
  await take(sender);
  expect((await chain(envelopeId)).at(-1)).toMatchObject({
    ...{ type: "evidence.downloaded", actor: { role: "sender" }, data: { kind: "events", reason: REASON } },
  });
  expect(await refusalOf(take(counsel))).toBe("identity/reason-required");
  expect(await refusalOf(take(anHourLater(sender)))).toBe("identity/reason-required");
  const other = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  expect(await refusalOf(download(sender, { envelopeId: other.envelopeId, wanted: events }))).toBe(
    "identity/reason-required",
  );
  await asks();
  await take(counsel);
  expect((await chain(envelopeId)).at(-1)!.data.reason).toBeUndefined();
});

test("an export waits for a reason where one is asked for, whatever is exported", async () => {
  await asks("export");
  const take = async (work: Promise<{ bytes: ReadableStream }>) => (await work).bytes.cancel();
  expect(await refusalOf(take(exportEvents(counsel, { form: "csv" })))).toBe("identity/reason-required");
  expect(await refusalOf(take(downloadCertificateIndex(counsel, {})))).toBe("identity/reason-required");
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

/** What leaves the organization, by what gives it: each waits for a reason, and its event holds it. */
const EXPORTS: Readonly<Record<string, (ctx: Context) => Promise<unknown>>> = {
  "the consent ledger": (ctx) => exportLedger(ctx),
  "the list of envelopes": (ctx) => exportEnvelopes(ctx, {}),
  "times to complete": (ctx) => downloadCompletionTimes(ctx, {}),
  "the journal of notarial acts": (ctx) => exportJournal(ctx),
};

test.for(Object.entries(EXPORTS))("%s is exported with a reason where one is asked for", async ([, take]) => {
  await asks("export");
  const later = await organization.member("counsel");
  const before = (await chain(null)).length;
  expect(await refusalOf(take(later))).toBe("identity/reason-required");
  expect(await chain(null)).toHaveLength(before);
  await giveReason(later, { purpose: "export", envelopeId: null, reason: REASON });
  await take(later);
  expect((await chain(null)).at(-1)!.data.reason).toBe(REASON);
  await asks();
  await take(owner);
  expect((await chain(null)).at(-1)!.data.reason).toBeUndefined();
});

describe("page images", () => {
  const opened = async (id: EnvelopeId) =>
    (await chain(id)).filter(({ type }) => type === "envelope.opened").map(({ actor }) => actor.role);

  test("of what somebody else sent open it: an event once an hour, with a reason where one is asked for", async () => {
    const { envelopeId, document } = await newDraft(sender, [{ name: "Ana Ruiz" }]);
    const place = { documentId: document.id, revision: PREVIEW, page: 0, widthPx: 800 } as const;
    const look = async (ctx: Context) => (await pageImage(ctx, place)).stream.cancel();
    const read = (ctx: Context) => pageText(ctx, { documentId: document.id, revision: PREVIEW, page: 0 });
    await asks();
    await look(sender);
    expect(await opened(envelopeId)).toEqual([]);
    await Promise.all([look(counsel), look(counsel), read(counsel)]);
    expect(await opened(envelopeId)).toEqual(["counsel"]);
    await asks("foreign-envelope");
    for (const open of [look, read, (ctx: Context) => getDraft(ctx, { envelopeId })])
      expect(await refusalOf(open(owner))).toBe("identity/reason-required");
    await look(sender);
    await giveReason(owner, { purpose: "foreign-envelope", envelopeId, reason: REASON });
    await look(owner);
    expect(await opened(envelopeId)).toEqual(["counsel", "owner"]);
    await asks();
  });
});

test("reading the consent ledger is an event, once an hour for each who reads", async () => {
  const read = async () => (await chain(null)).filter(({ type }) => type === "consent-ledger.read");
  const before = (await read()).length;
  for (const ctx of [counsel, counsel, owner]) await searchLedger(ctx, { search: "" });
  expect((await read()).slice(before).map(({ actor }) => actor.role)).toEqual(["counsel", "owner"]);
  expect(await refusalOf(searchLedger(sender, { search: "" }))).toBe("authorize/not-allowed");
  expect(await read()).toHaveLength(before + 2);
});

test("reading everybody's events is an event, once an hour; reading one's own is none", async () => {
  const searched = async () => (await chain(null)).filter(({ type }) => type === "audit.searched").length;
  const before = await searched();
  for (const ctx of [sender, sender, counsel, counsel]) await searchEvents(ctx, {});
  expect(await searched()).toBe(before + 1);
});

test("which reasons are asked for is settled by owners and admins, and every change is an event", async () => {
  await asks("export");
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
