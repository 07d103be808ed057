import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { ceremonyProgress } from "./ceremony-progress.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recordFetch } from "./record-fetch.ts";
import { recordView } from "./record-view.ts";
import { linkFor, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

const sender = async () => (await product().newOrganization()).member("sender");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const eventsOf = async (ctx: Context, envelopeId: EnvelopeId, type: string) =>
  (await until(ctx, envelopeId, () => true)).trail.filter((event) => event.type === type);

async function agree(person: Context) {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

test("a link that is fetched again and again is recorded once for each network", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  // A window that ends between two fetches would make two of them.
  const at = new Date("2026-11-20T14:05:00Z");
  const there = { ...ana, runtime: { ...ana.runtime, now: () => at } };
  for (let turn = 0; turn < 3; turn++) await recordFetch(there);
  expect(await eventsOf(ctx, envelopeId, "link.fetched")).toHaveLength(1);
  await recordFetch({ ...there, request: { ip: "198.51.100.20", userAgent: "a scanner" } });
  expect(await eventsOf(ctx, envelopeId, "link.fetched")).toHaveLength(2);
  // Its sender sees that it was opened, which is no view.
  const [person] = (await until(ctx, envelopeId, () => true)).recipients;
  expect(person).toMatchObject({ opening: { count: 2 }, viewedAt: null });
});

test("who agrees before looking has still looked when they do", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  const [document] = (await openCeremony(ana)).documents;
  await recordView(ana, { documentId: document!.id, sha256: document!.sha256, pages: [0] });
  const [recipient] = (await until(ctx, envelopeId, () => true)).recipients;
  expect(recipient).toMatchObject({ state: "consented", viewedAt: expect.any(Date) });
});

test("who has signed follows how it goes on and keeps what there is", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const before = await ceremonyProgress(ana);
  expect((await openCeremony(ana)).progress).toBe(before);

  await sign(ana);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  const signed = await openCeremony(ana);
  expect(signed).toMatchObject({
    status: "finished",
    isDelayed: false,
    me: { isDone: true, certificateId: expect.any(String) },
    others: [{ name: "Ben Okafor", isDone: false }],
    fields: [],
  });
  expect(signed.documents).toHaveLength(1);
  expect(signed.progress).not.toBe(before);

  await sign(await open(ctx, envelopeId, "Ben Okafor"));
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(await ceremonyProgress(ana)).not.toBe(signed.progress);
  expect((await openCeremony(ana)).me.certificateId).toBe(signed.me.certificateId);
});

async function darkestPixel(stream: ReadableStream<Uint8Array>): Promise<number[]> {
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  let darkest = [255, 255, 255];
  const light = (pixel: readonly number[]) => pixel.reduce((sum, part) => sum + part, 0);
  for (let at = 0; at < data.length; at += 3) {
    const pixel = [...data.subarray(at, at + 3)];
    if (light(pixel) < light(darkest)) darkest = pixel;
  }
  return darkest;
}

test("progress is told to whoever holds a link, and to nobody else", async () => {
  const ctx = await sender();
  expect(await refusalOf(ceremonyProgress(ctx))).toBe("authorize/not-a-recipient");
});

test("the first page is drawn before anybody comes", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const [document] = (await openCeremony(ana)).documents;
  await expect
    .poll(
      () => product().admin`select width_px from page_images where document_id = ${document!.id} order by 1`,
      { timeout: 20_000 },
    )
    .toEqual([{ width_px: 800 }, { width_px: 1240 }]);
  const place = { documentId: document!.id, revision: document!.revision, page: 0, widthPx: 800 as const };
  const image = await pageImage(ana, place);
  expect(image).toMatchObject({ widthPx: 800, heightPx: 1132 });
  // The contract is set in #14202b.
  expect(await darkestPixel(image.stream)).toEqual([0x14, 0x20, 0x2b]);
  expect(await refusalOf(pageImage(ana, { ...place, page: 9 }))).toBe("envelopes/document-not-found");
});
