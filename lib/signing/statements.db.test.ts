import { afterAll, beforeAll, expect, test } from "vitest";
import { REQUEST, testProduct } from "#db/testing.ts";
import { type WatchedRuntime, watchedRuntime } from "#db/testing-statements.ts";
import { type Context, createContext } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { countViews, listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { uuidV7 } from "#lib/ids.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { fillField } from "./fill-field.ts";
import { finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recipientContext } from "./recipient-context.ts";
import { linkFor, newDraft } from "./testing.ts";

// What people wait for asks the database as often for much as for little.

const product = testProduct({ runsJobs: true });
let watched: WatchedRuntime;
beforeAll(async () => {
  watched = await watchedRuntime(product());
});
afterAll(() => watched.close());

const OTHERS = ["Ben Okafor", "Cleo Dahl", "Dora Lind", "Emil Roth", "Finn Vale", "Gita Rao"];

/** Sent to Ana, to others beside her, and with texts for her to fill in. */
async function sentToAna(ctx: Context, others: number, texts: number) {
  const people = ["Ana Ruiz", ...OTHERS.slice(0, others)].map((name) => ({ name }));
  const { envelopeId, version, document, content } = await newDraft(ctx, people, "parallel");
  const more = Array.from({ length: texts }, (_, index) => ({
    ...{ id: uuidV7(Date.now(), ctx.runtime.random(10)), documentId: document.id, type: "text" as const },
    ...{
      recipientId: content.recipients[0]!.id,
      page: 1,
      label: `Text ${index}`,
      isRequired: true,
      settings: {},
    },
    ...{ x: 0.1 + 0.2 * (index % 4), y: 0.1 + 0.04 * Math.floor(index / 4), width: 0.15, height: 0.03 },
  }));
  const saved = await saveDraft(ctx, {
    ...{ envelopeId, version },
    content: { ...content, fields: [...content.fields, ...more] },
  });
  await sendEnvelope(ctx, { envelopeId, version: saved.version });
  return { envelopeId, token: await linkFor(ctx, envelopeId, "Ana Ruiz") };
}

/** What Ana's steps take. */
async function stepsOf(token: string) {
  const { statementsOf, runtime } = watched;
  const open = () => recipientContext({ runtime, request: REQUEST }, token);
  const page = await statementsOf(async () => openCeremony(await open()));
  const ana = await open();
  const { consent } = await openCeremony(ana);
  const { version, locale, sha256 } = consent;
  await giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
  await adoptMarks(ana, { signature: { type: "typed", text: "Ana Ruiz", style: "flowing" }, initials: null });
  const { fields, documents } = await openCeremony(ana);
  const [first, ...others] = fields.filter(({ type }) => type === "text");
  const fill = await statementsOf(async () =>
    fillField(await open(), { fieldId: first!.id, value: "As agreed" }),
  );
  for (const { id } of others) await fillField(ana, { fieldId: id, value: "As agreed" });
  for (const { id, type } of fields)
    if (type === "signature") await fillField(ana, { fieldId: id, value: "adopted" });
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  const finish = await statementsOf(async () =>
    finishSigning(await open(), { shown, wording: "Finish", timeZone: "UTC" }),
  );
  return { page, fill, finish };
}

test("a signer's page, an answer and Finish take as many statements with forty fields and six others as with few", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  // What a process asks once in its life is asked for before.
  await stepsOf((await sentToAna(ctx, 0, 0)).token);
  const little = await stepsOf((await sentToAna(ctx, 1, 1)).token);
  const much = await stepsOf((await sentToAna(ctx, 6, 40)).token);
  for (const step of ["page", "fill", "finish"] as const) expect(much[step], step).toEqual(little[step]);
  // Many of these go out together, and none waits for another's answer.
  expect(little.page.length).toBeLessThanOrEqual(26);
  expect(little.fill.length).toBeLessThanOrEqual(33);
  expect(little.finish.length).toBeLessThanOrEqual(33);
}, 240_000);

test("the sender's list and an envelope's page take as many statements for thirty envelopes and seven people as for one", async () => {
  const organization = await product().newOrganization();
  const sender = await organization.member("sender");
  const { statementsOf, runtime } = watched;
  const ctx = createContext(runtime, {
    organizationId: sender.organizationId,
    actor: sender.actor,
    request: REQUEST,
  });
  const list = () => statementsOf(async () => [await listEnvelopes(ctx, {}), await countViews(ctx)]);
  const envelope = async (others: number) => {
    const { envelopeId } = await sentToAna(sender, others, 0);
    return () => statementsOf(() => getEnvelope(ctx, { envelopeId }));
  };
  const small = await envelope(0);
  await list();
  await small();
  const [shortList, smallPage] = [await list(), await small()];
  const large = await envelope(6);
  for (let count = 0; count < 28; count++) await newDraft(sender, [{ name: "Ana Ruiz" }]);
  const longList = await list();
  expect(longList).toEqual(shortList);
  expect(await large()).toEqual(smallPage);
  expect(shortList.length).toBeLessThanOrEqual(20);
  expect(smallPage.length).toBeLessThanOrEqual(14);
}, 240_000);
