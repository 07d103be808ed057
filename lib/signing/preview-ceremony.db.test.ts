import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { previewAdoption, previewCeremony, previewMarks, previewValue } from "./preview-ceremony.ts";
import { newDraft } from "./testing.ts";

const product = testProduct();
const noMarks = { signature: null, initials: null };
const TYPED = { type: "typed", text: "Ana Ruiz", style: "flowing" } as const;

async function prepared() {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor", language: "de" }]);
  const [ana, ben] = draft.content.recipients;
  const fields = draft.content.fields.map((field) =>
    field.type === "text" && field.recipientId === ana!.id
      ? { ...field, label: "Company", settings: { value: "Harbour Studio" } }
      : field,
  );
  const { version } = await saveDraft(ctx, { ...draft, content: { ...draft.content, fields } });
  return { ctx, organization, draft: { ...draft, version, fields }, ana: ana!, ben: ben! };
}

const left = async (ctx: Context, envelopeId: string) => {
  const { admin } = product();
  const [tokens] =
    await admin`select count(*)::int as n from recipient_tokens where organization_id = ${ctx.organizationId}`;
  const [values] =
    await admin`select count(*)::int as n from field_values where organization_id = ${ctx.organizationId}`;
  const [marks] =
    await admin`select count(*)::int as n from marks where organization_id = ${ctx.organizationId}`;
  const { entries } = await readChain(ctx, envelopeId as never);
  return { tokens: tokens!.n, values: values!.n, marks: marks!.n, entries: entries.length };
};

test("a sender sees what each person will: their fields and no others, with what was filled in", async () => {
  const { ctx, draft, ana, ben } = await prepared();
  const { envelopeId } = draft;
  const before = await left(ctx, envelopeId);
  const view = await previewCeremony(ctx, { envelopeId, recipientId: ana.id });
  expect(view).toMatchObject({
    ...{ status: "ready", title: "Lease 12B", message: "As discussed." },
    me: { name: "Ana Ruiz", role: "signer" },
    consent: { isGiven: false, locale: "en" },
    others: [{ name: "Ben Okafor", isDone: false }],
  });
  expect(view.fields.map(({ recipientId }) => recipientId)).toEqual([ana.id, ana.id, ana.id]);
  expect(view.fields.find(({ label }) => label === "Company")).toMatchObject({
    value: "Harbour Studio",
    svg: expect.stringContaining("<svg"),
  });
  expect(view.documents[0]!.pages.length).toBeGreaterThan(0);
  const other = await previewCeremony(ctx, { envelopeId, recipientId: ben.id });
  expect(other.fields.every(({ recipientId }) => recipientId === ben.id)).toBe(true);
  expect(await left(ctx, envelopeId)).toEqual(before);
});

test("what is tried is drawn as it would be and kept nowhere", async () => {
  const { ctx, draft, ana, ben } = await prepared();
  const { envelopeId } = draft;
  const before = await left(ctx, envelopeId);
  const fieldOf = (type: string, person: string) =>
    draft.fields.find((field) => field.type === type && field.recipientId === person)!.id;
  const place = { envelopeId, recipientId: ana.id, marks: noMarks };
  const text = { ...place, fieldId: fieldOf("text", ana.id) };
  expect((await previewValue(ctx, { ...text, value: "As agreed" })).svg).toContain("<svg");
  expect((await previewValue(ctx, { ...text, value: "" })).svg).toBeNull();
  expect(await refusalOf(previewValue(ctx, { ...text, value: "x".repeat(300) }))).toBe(
    "signing/value-does-not-fit",
  );
  const signature = { ...place, fieldId: fieldOf("signature", ana.id), value: "adopted" };
  expect(await refusalOf(previewValue(ctx, signature))).toBe("signing/mark-missing");
  const drawn = await previewValue(ctx, { ...signature, marks: { signature: TYPED, initials: null } });
  expect(drawn.svg).toContain("<svg");
  expect(await refusalOf(previewValue(ctx, { ...text, fieldId: fieldOf("text", ben.id), value: "x" }))).toBe(
    "signing/field-not-yours",
  );
  expect(await previewMarks(ctx, { envelopeId, text: "Ana Ruiz" })).toHaveLength(5);
  // Where one face stands in for every hand, it is offered once.
  const arabic = await previewMarks(ctx, { envelopeId, text: "ليلى الحسن" });
  expect(arabic.map(({ style }) => style)).toEqual(["flowing", "plain"]);
  const adopted = await previewAdoption(ctx, { envelopeId, signature: TYPED, initials: null });
  expect(adopted).toMatchObject({ signature: expect.stringContaining("<svg"), initials: null });
  expect(
    await refusalOf(previewAdoption(ctx, { envelopeId, signature: { type: "kept" }, initials: null })),
  ).toBe("signing/mark-missing");
  expect(await left(ctx, envelopeId)).toEqual(before);
});

test("of a draft that is somebody else's, or was sent, there is no preview", async () => {
  const { ctx, organization, draft, ana } = await prepared();
  const { envelopeId } = draft;
  const asked = { envelopeId, recipientId: ana.id };
  expect(await refusalOf(previewCeremony(await organization.member("sender"), asked))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(previewCeremony(await organization.member("viewer"), asked))).toBe(
    "authorize/not-allowed",
  );
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(previewCeremony(stranger, asked))).toBe("signing/not-found");
  expect(await refusalOf(previewCeremony(ctx, { ...asked, recipientId: draft.document.id }))).toBe(
    "signing/not-found",
  );
  const { version } = await getDraft(ctx, draft);
  await sendEnvelope(ctx, { envelopeId, version });
  expect(await refusalOf(previewCeremony(ctx, asked))).toBe("envelopes/not-a-draft");
});
