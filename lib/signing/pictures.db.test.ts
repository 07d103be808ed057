import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import { syncKit } from "./offline/sync-kit.ts";
import { deviceOf, signOffline } from "./offline/testing.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recordView } from "./record-view.ts";
import { hasWaitedFor, linkFor, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

type View = Parameters<typeof recordView>[1];
type Looks = NonNullable<View["looks"]>;

/** What a browser tells that had every page on screen for three seconds. */
async function looked(person: Context, change: (looks: Looks) => Looks = (looks) => looks): Promise<View[]> {
  const { documents } = await openCeremony(person);
  const views: View[] = [];
  for (const { id, sha256, revision, pages } of documents) {
    const looks: Looks = [];
    for (const page of pages.keys()) {
      const drawn = await pageImage(person, { documentId: id, revision, page, widthPx: 800 });
      await drawn.stream.cancel();
      const [firstAt, lastAt] = [new Date(Date.now() - 4_000), new Date(Date.now() - 1_000)];
      const times = { firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString(), seconds: 3 };
      looks.push({ page, image: drawn.sha256, ...times });
    }
    const sentAt = new Date().toISOString();
    views.push({ documentId: id, sha256, pages: [...pages.keys()], sentAt, looks: change(looks) });
  }
  return views;
}

async function asked() {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const trail = async (type: string) => {
    const { trail } = await until(ctx, envelopeId, () => true);
    return trail.filter((entry) => entry.type === type).map(({ data }) => data);
  };
  return { ctx, envelopeId, ana, trail };
}

test("what was on screen is bound to what was done, and read again before sealing", async () => {
  const { ctx, envelopeId, ana, trail } = await asked();
  for (const view of await looked(ana)) await recordView(ana, view);
  const [viewed] = await trail("document.viewed");
  expect(viewed).toMatchObject({ looks: [1, 2].map((page) => ({ page, isOurs: true, seconds: 3 })) });
  expect(viewed!.renderers).toEqual([expect.stringContaining("pdfium")]);
  await sign(ana);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const [signed] = await trail("recipient.signed");
  const count = (viewed!.looks as readonly unknown[]).length;
  expect(signed!.pictures).toEqual({ count, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await trail("page-pictures.differed")).toEqual([]);
});

test("a picture that is another since stops the seal, in words and on record, until it is back", async () => {
  const { ctx, envelopeId, ana, trail } = await asked();
  for (const view of await looked(ana)) await recordView(ana, view);
  const admin = product().admin;
  const rows =
    await admin`update page_images set sha256 = ${"0".repeat(64)} where revision >= 1 and document_id in
    (select id from documents where envelope_id = ${envelopeId}) returning document_id`;
  expect(rows.length).toBeGreaterThan(0);
  const [before] = (await trail("document.viewed")) as { looks: { image: string; page: number }[] }[];
  await sign(ana);
  await until(ctx, envelopeId, ({ waitingFor }) => waitingFor === "signing/pictures-changed");
  expect(await trail("page-pictures.differed")).toMatchObject([
    { count: 2, first: [1, 2].map((page) => ({ page, found: "0".repeat(64) })) },
  ]);
  expect(await trail("signature.made")).toHaveLength(1);
  expect(await trail("envelope.sealed")).toEqual([]);
  for (const { page, image } of before!.looks)
    await admin`update page_images set sha256 = ${image} where revision >= 1 and page = ${page - 1} and document_id in
      (select id from documents where envelope_id = ${envelopeId})`;
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(hasWaitedFor("signing/pictures-changed")(done)).toBe(true);
  expect(await trail("page-pictures.differed")).toHaveLength(1);
});

test("a file that is gone is no picture, whatever its row says", async () => {
  const { ctx, envelopeId, ana, trail } = await asked();
  for (const view of await looked(ana)) await recordView(ana, view);
  const [row] = await product().admin`select file_key from page_images where revision >= 1 and document_id in
    (select id from documents where envelope_id = ${envelopeId})`;
  await ctx.runtime.files.delete(String(row!.file_key));
  await sign(ana);
  await until(ctx, envelopeId, ({ waitingFor }) => waitingFor === "signing/pictures-changed");
  expect(await trail("page-pictures.differed")).toMatchObject([{ count: 1, first: [{ found: null }] }]);
});

test("a browser is taken at its word only as far as it can be true", async () => {
  const { ana, trail } = await asked();
  const views = await looked(ana, (looks) =>
    looks.map((look) => ({ ...look, image: "ab".repeat(32), seconds: 9_000 })),
  );
  for (const view of views) await recordView(ana, view);
  const [viewed] = (await trail("document.viewed")) as { looks: object[] }[];
  expect(viewed!.looks[0]).toEqual({ page: 1, image: "ab".repeat(32), isOurs: false, isImpossible: true });
  const [good] = await looked(ana);
  const twice = { ...good!, looks: [good!.looks![0]!, good!.looks![0]!] };
  const elsewhere = { ...good!, looks: [{ ...good!.looks![0]!, page: 4_000 }] };
  for (const wrong of [twice, elsewhere])
    await expect(recordView(ana, wrong)).rejects.toThrow("Invalid input");
});

test("without a network it is the same, by both clocks", async () => {
  const { ctx, envelopeId, ana, trail } = await asked();
  const device = await deviceOf(ana);
  const views = await looked(ana);
  await signOffline(ana, device, "As agreed", undefined, () => {
    for (const view of views) device.act({ type: "view", ...view });
  });
  expect(await syncKit(ana, device.batch())).toMatchObject({ state: "done" });
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const viewed = (await trail("document.viewed")).filter(({ looks }) => looks !== undefined);
  expect(viewed).toMatchObject([{ looks: [1, 2].map((page) => ({ page, isOurs: true, seconds: 3 })) }]);
  expect(typeof viewed[0]!.offsetMs).toBe("number");
  const [signed] = await trail("recipient.signed");
  expect(signed!.pictures).toMatchObject({ count: views.flatMap(({ looks }) => looks!).length });
});
