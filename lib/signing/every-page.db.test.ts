import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recordView } from "./record-view.ts";
import { linkFor, newDraft, personWith, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

test("where every page must have been on screen, nobody finishes before", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { content, ...draft } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const saved = await saveDraft(ctx, { ...draft, content: { ...content, asksForEveryPage: true } });
  await sendEnvelope(ctx, { envelopeId: draft.envelopeId, version: saved.version });
  const ana = await personWith(ctx, await linkFor(ctx, draft.envelopeId, "Ana Ruiz"));
  expect((await openCeremony(ana)).seenPages).toEqual([]);
  expect(await refusalOf(sign(ana))).toBe("signing/pages-unseen");

  const { documents } = await openCeremony(ana);
  for (const { id, sha256, pages } of documents)
    await recordView(ana, { documentId: id, sha256, pages: pages.map((_, page) => page) });
  const named = documents.flatMap(({ id, pages }) => pages.map((_, page) => `${id}:${page}`));
  expect((await openCeremony(ana)).seenPages).toEqual(named);
  await sign(ana);
  await until(ctx, draft.envelopeId, ({ state }) => state === "completed");
});
