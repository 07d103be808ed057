import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { cloneEnvelope } from "#lib/envelopes/clone-envelope.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { delegate } from "./delegate.ts";
import { fillField } from "./fill-field.ts";
import { approve, finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { linkFor, newDraft, personWith, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));

interface Wanted {
  readonly label: string;
  readonly isRequired?: boolean;
  readonly settings: FieldSettings;
}

/** Ed Itor fills in, then Ana Ruiz signs; text fields of hers as told. */
async function draftWith(
  ctx: Context,
  wanted: readonly Wanted[],
  people: Parameters<typeof newDraft>[1] = [{ name: "Ed Itor", role: "editor" }, { name: "Ana Ruiz" }],
) {
  const draft = await newDraft(ctx, people);
  const { content, version, documents } = await getDraft(ctx, draft);
  const recipientId = content.recipients.find(({ name }) => name === "Ana Ruiz")!.id;
  const fields = wanted.map(({ label, isRequired = false, settings }, index) => ({
    id: uuidV7(Date.now(), ctx.runtime.random(10)),
    ...{ recipientId, documentId: documents[0]!.id, type: "text" as const, page: 0, label, isRequired },
    ...{ x: 0.1, y: 0.65 + index * 0.05, width: 0.4, height: 0.03, settings },
  }));
  const whole: DraftContent = { ...content, fields: [...content.fields, ...fields] };
  const saved = await saveDraft(ctx, { envelopeId: draft.envelopeId, version, content: whole });
  return { envelopeId: draft.envelopeId, ...saved };
}

const RENT: Wanted = {
  label: "Rent",
  isRequired: true,
  settings: { isForEditor: true, isReadOnly: true, value: "1000" },
};
const FLAT: Wanted = { label: "Flat", isRequired: true, settings: { isForEditor: true } };

async function agree(person: Context) {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

async function fill(person: Context, label: string, value: string) {
  const { fields } = await openCeremony(person);
  await fillField(person, { fieldId: fields.find((field) => field.label === label)!.id, value });
}

async function passOn(person: Context) {
  const shown = (await openCeremony(person)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await approve(person, { shown, wording: "Pass it on" });
}

const labelled = async (person: Context) =>
  (await openCeremony(person)).fields
    .filter(({ label }) => label !== "")
    .map(({ label, isRequired, value, settings }) => ({
      ...{ label, isRequired, value, isReadOnly: settings.isReadOnly === true },
    }));

async function textOf(ctx: Context, envelopeId: EnvelopeId, documentId: DocumentId): Promise<string> {
  const wanted = { kind: "document", documentId, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId, wanted });
  const pdf = new Uint8Array(await new Response(bytes).arrayBuffer());
  return inFolder((file) => run("pdftotext", [file("sealed.pdf", pdf), "-"]).text);
}

test("an editor fills in what is marked, without signing; the signer sees what they left", async () => {
  const ctx = await owner();
  const { envelopeId, version, blockers } = await draftWith(ctx, [RENT, FLAT]);
  expect(blockers).toEqual([]);
  await sendEnvelope(ctx, { envelopeId, version });

  const ed = await open(ctx, envelopeId, "Ed Itor");
  await agree(ed);
  // Ana may not change the rent, so an answer is needed of whoever fills in; the flat she can enter herself.
  expect(await labelled(ed)).toEqual([
    { label: "Rent", isRequired: true, value: "1000", isReadOnly: false },
    { label: "Flat", isRequired: false, value: "", isReadOnly: false },
  ]);
  await fill(ed, "Rent", "");
  expect(await refusalOf(passOn(ed))).toBe("signing/fields-missing");
  await fill(ed, "Rent", "1250");
  await fill(ed, "Flat", "12B");
  const { documents } = await openCeremony(ed);
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  expect(await refusalOf(finishSigning(ed, { shown, wording: "Finish", timeZone: "UTC" }))).toBe(
    "signing/out-of-turn",
  );
  await passOn(ed);
  expect(await refusalOf(fill(ed, "Rent", "9"))).not.toBeNull();

  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  // Not one byte of the document was touched by it.
  expect((await openCeremony(ana)).documents).toEqual(documents);
  expect(await labelled(ana)).toEqual([
    { label: "Rent", isRequired: true, value: "1250", isReadOnly: true },
    { label: "Flat", isRequired: true, value: "12B", isReadOnly: false },
  ]);
  expect(await refusalOf(fill(ana, "Rent", "1"))).toBe("signing/field-not-yours");
  await sign(ana, "12C");
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 120_000);
  const text = await textOf(ctx, envelopeId, documents[0]!.id as DocumentId);
  expect(text).toContain("1250");
  expect(text).toContain("12C");
  const types = done.trail.map(({ type }) => type);
  expect(types.filter((type) => type === "signature.made")).toHaveLength(1);
  const passed = done.trail.find(({ type }) => type === "recipient.passed-on")!;
  expect(passed.data).toMatchObject({ wording: "Pass it on", fields: [{ type: "text" }, { type: "text" }] });
  const edited = done.trail.filter(
    ({ type, data }) => type === "field.filled" && data.recipient === passed.data.recipient,
  );
  expect(edited.length).toBe(3);

  // A copy begins as the sender had it.
  const copy = await cloneEnvelope(ctx, { envelopeId });
  const { content } = await getDraft(ctx, { envelopeId: copy });
  expect(content.fields.find(({ label }) => label === "Rent")!.settings).toEqual(RENT.settings);
  expect(content.recipients[0]).toMatchObject({ role: "editor" });
}, 180_000);

test("what an editor left stays when the signer hands their part on", async () => {
  const ctx = await owner();
  const draft = await draftWith(ctx, [RENT, FLAT]);
  await sendEnvelope(ctx, draft);
  const ed = await open(ctx, draft.envelopeId, "Ed Itor");
  await agree(ed);
  await fill(ed, "Rent", "1250");
  await fill(ed, "Flat", "12B");
  await passOn(ed);
  const ana = await open(ctx, draft.envelopeId, "Ana Ruiz");
  await agree(ana);
  await fill(ana, "Flat", "mine");
  await delegate(ana, { name: "Ben Okafor", email: "ben.okafor@example.com", reason: "He lives there" });
  const ben = await open(ctx, draft.envelopeId, "Ben Okafor");
  await agree(ben);
  expect(await labelled(ben)).toMatchObject([
    { label: "Rent", value: "1250", isReadOnly: true },
    { label: "Flat", value: "12B", isReadOnly: false },
  ]);
}, 180_000);

test("an editor who is not needed leaves what was marked for the signer to fill in", async () => {
  const ctx = await owner();
  const draft = await draftWith(
    ctx,
    [RENT],
    [{ name: "Zoe Adler" }, { name: "Ed Itor", role: "editor", onlyIfText: "yes" }, { name: "Ana Ruiz" }],
  );
  expect(draft.blockers).toEqual([]);
  await sendEnvelope(ctx, draft);
  const zoe = await open(ctx, draft.envelopeId, "Zoe Adler");
  await agree(zoe);
  await sign(zoe);
  const ana = await open(ctx, draft.envelopeId, "Ana Ruiz");
  await agree(ana);
  expect(await labelled(ana)).toEqual([
    { label: "Rent", isRequired: true, value: "1000", isReadOnly: false },
  ]);
}, 180_000);

test("Send is blocked where nobody comes before who could fill in, or has nothing to fill in", async () => {
  const ctx = await owner();
  const late = [{ name: "Ana Ruiz" }, { name: "Ed Itor", role: "editor" as const }];
  expect((await draftWith(ctx, [FLAT], late)).blockers.map(({ code }) => code)).toEqual([
    "editor-not-before",
    "editor-without-fields",
  ]);
  expect((await draftWith(ctx, [])).blockers.map(({ code }) => code)).toEqual(["editor-without-fields"]);
  const secret = { ...FLAT, settings: { isForEditor: true, isSensitive: true } };
  expect((await draftWith(ctx, [FLAT, secret])).blockers.map(({ code }) => code)).toEqual(["editor-type"]);
});
