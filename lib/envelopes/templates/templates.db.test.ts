import { describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { newDraft, until } from "#lib/signing/testing.ts";
import { addDocument } from "../add-document.ts";
import type { DraftContent, DraftField, DraftRecipient } from "../core/draft.ts";
import { draftFromTemplate, placesOf } from "../core/templates/draft-from-template.ts";
import { readTemplate } from "../core/templates/template-content.ts";
import { deleteDraft } from "../delete-draft.ts";
import { getDraft } from "../get-draft.ts";
import { listEnvelopes } from "../list-envelopes.ts";
import { removeDocument } from "../remove-document.ts";
import { saveDraft } from "../save-draft.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { createTemplate } from "./create-template.ts";
import { compareTemplate, getTemplate, listTemplates } from "./get-template.ts";
import { decideVersion, publishTemplate, retireTemplate, setTemplatePolicy } from "./publish-template.ts";
import { loadVersion } from "./template-store.ts";
import { useTemplate } from "./use-template.ts";

const product = testProduct({ runsJobs: true });
const newId = () => uuidV7(Date.now(), product().runtime.random(10));
const PEOPLE = [{ name: "Ana Ruiz" }, { name: "Bo Chen" }];

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** A published template made of a draft with two signers and awkward numbers in its places. */
async function published(ctx: Context, change: (content: DraftContent) => DraftContent = (same) => same) {
  const draft = await newDraft(ctx, PEOPLE);
  const places = [0.1, 1 / 3, 0.123456, 2e-7, 0.7000001];
  const fields = draft.content.fields.map((field, index) => ({
    ...field,
    x: places[index % places.length]!,
    width: 0.2,
  }));
  await saveDraft(ctx, { ...draft, content: { ...draft.content, fields } });
  const made = await createTemplate(ctx, { fromEnvelopeId: draft.envelopeId });
  const prepared = await getDraft(ctx, made);
  const saved = await saveDraft(ctx, {
    ...{ envelopeId: made.envelopeId, version: prepared.version },
    content: change(prepared.content),
  });
  const version = await publishTemplate(ctx, { templateId: made.templateId, draftVersion: saved.version });
  return { ...made, ...version, draft };
}

const rolesOf = async (ctx: Context, templateId: TemplateId) =>
  (await getTemplate(ctx, { templateId })).roles;

async function peopleFor(ctx: Context, templateId: TemplateId) {
  return (await rolesOf(ctx, templateId)).map(({ id }, index) => ({
    ...{ roleId: id, name: PEOPLE[index]!.name, email: `person${index}@example.com` },
  }));
}

const bytesOf = async (ctx: Context, envelopeId: EnvelopeId): Promise<string> => {
  const { content, documents } = await getDraft(ctx, { envelopeId });
  return canonicalJson(
    placesOf(
      content,
      documents.map(({ id }) => id),
    ) as unknown as Json,
  );
};

const sender = async () => (await product().newOrganization()).member("sender");
const typesOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);

/** The rectangles of all fields of a document as it was certified, as they stand in the file. */
async function rectanglesOf(ctx: Context, envelopeId: EnvelopeId): Promise<string[]> {
  await until(ctx, envelopeId, ({ trail }) => trail.some(({ type }) => type === "document.certified"));
  const [row] = await product().admin<{ file_key: string }[]>`
    select r.file_key from document_revisions r join documents d on d.id = r.document_id
    where d.envelope_id = ${envelopeId} and r.kind = 'prepared'`;
  let text = "";
  for await (const piece of await ctx.runtime.files.stream(row!.file_key))
    text += Buffer.from(piece).toString("latin1");
  return text.match(/\/Rect\s*\[[^\]]*\]/g) ?? [];
}

describe("a template made of a draft", () => {
  test("has roles instead of people, and everything else", async () => {
    const ctx = await sender();
    const { envelopeId, content } = await newDraft(ctx, PEOPLE);
    const made = await createTemplate(ctx, { fromEnvelopeId: envelopeId, name: "Lease" });
    const prepared = await getDraft(ctx, made);
    expect(prepared).toMatchObject({ templateId: made.templateId, content: { title: "Lease" } });
    expect(prepared.content.recipients.map(({ roleName, name, email }) => [roleName, name, email])).toEqual([
      ["Signer 1", "", ""],
      ["Signer 2", "", ""],
    ]);
    expect(JSON.stringify(prepared.content)).not.toMatch(/Ana|Bo Chen|@example/);
    const places = (fields: readonly DraftField[]) => fields.map(({ x, y, type }) => [x, y, type]).sort();
    expect(places(prepared.content.fields)).toEqual(places(content.fields));
    expect(await typesOf(ctx, made.envelopeId)).toEqual([
      ...["envelope.created", "document.added", "envelope.edited", "template.created"],
    ]);
  });

  test("stands in no list, and is neither sent nor thrown away as a draft", async () => {
    const ctx = await sender();
    const { envelopeId, templateId } = await published(ctx);
    const { items } = await listEnvelopes(ctx, {});
    expect(items.some(({ id }) => id === envelopeId)).toBe(false);
    expect((await listTemplates(ctx, {})).items.map(({ id }) => id)).toEqual([templateId]);
    const { version } = await getDraft(ctx, { envelopeId });
    expect(await refusalOf(sendEnvelope(ctx, { envelopeId, version }))).toBe("envelopes/is-template");
    expect(await refusalOf(deleteDraft(ctx, { envelopeId }))).toBe("envelopes/is-template");
  });
});

describe("using it", () => {
  test("twice gives the same places to the byte, in the draft and in the certified file", async () => {
    const ctx = await sender();
    const { templateId } = await published(ctx);
    const people = await peopleFor(ctx, templateId);
    const [one, other] = [
      await useTemplate(ctx, { templateId, people }),
      await useTemplate(ctx, { templateId, people }),
    ];
    const version = await inTransaction(ctx, (ctx) => loadVersion(ctx, templateId, 1));
    const template = readTemplate(version);
    const asPublished = canonicalJson(
      placesOf(
        template.draft,
        template.documents.map(({ id }) => id),
      ) as unknown as Json,
    );
    expect(await bytesOf(ctx, one.envelopeId)).toBe(asPublished);
    expect(await bytesOf(ctx, other.envelopeId)).toBe(asPublished);
    for (const { envelopeId, version } of [one, other]) await sendEnvelope(ctx, { envelopeId, version });
    const rectangles = await rectanglesOf(ctx, one.envelopeId);
    expect(rectangles.length).toBeGreaterThanOrEqual(6);
    expect(await rectanglesOf(ctx, other.envelopeId)).toEqual(rectangles);
    expect(await typesOf(ctx, one.envelopeId)).toContain("template.used");
  });

  test("fills in people, title, words and values by label", async () => {
    const ctx = await sender();
    const { templateId } = await published(ctx, (content) => ({
      ...content,
      fields: content.fields.map((field) =>
        field.type === "text" ? { ...field, label: "Monthly rent" } : field,
      ),
    }));
    const people = await peopleFor(ctx, templateId);
    const use = {
      templateId,
      people,
      title: "Lease 7",
      message: "Hello",
      values: { "monthly  RENT": "900" },
    };
    const { envelopeId } = await useTemplate(ctx, use);
    const { content, blockers } = await getDraft(ctx, { envelopeId });
    expect(blockers).toEqual([]);
    expect(content).toMatchObject({ title: "Lease 7", message: "Hello" });
    expect(content.recipients.map(({ email }) => email)).toEqual(people.map(({ email }) => email));
    const values = content.fields.filter(({ type }) => type === "text").map(({ settings }) => settings.value);
    expect(values).toEqual(["900", "900"]);
    expect(await refusalOf(useTemplate(ctx, { ...use, values: { Deposit: "1" } }))).toBe(
      "envelopes/value-unknown",
    );
    const stranger = { roleId: newId(), name: "Eve", email: "eve@example.com" };
    expect(await refusalOf(useTemplate(ctx, { ...use, people: [stranger] }))).toBe("envelopes/role-unknown");
  });

  test("rules lead to the fields of the new envelope", () => {
    const [role, first, second, document] = [newId(), newId(), newId(), newId()];
    const field = { documentId: document, recipientId: role, page: 0, x: 0, y: 0, width: 0.1, height: 0.1 };
    const common = { ...field, label: "", isRequired: false, settings: {} };
    const draft = {
      ...{
        title: "",
        message: "",
        order: "sequential",
        consentMode: "business",
        asksForEveryPage: false,
        markLimit: "any",
      },
      recipients: [
        {
          id: role,
          role: "signer",
          name: "",
          email: "",
          check: "none",
          phone: "",
          language: "",
          roleName: "A",
        },
      ],
      fields: [
        { ...common, id: first, type: "text" },
        { ...common, id: second, type: "signature" },
      ],
      rules: [
        {
          ...{ id: newId(), combine: "all", effect: "show", value: "", targets: [second] },
          tests: [{ fieldId: first, operator: "filled", value: "" }],
        },
      ],
    } as DraftContent;
    const documents = [{ id: document as never, name: "a.pdf", pages: 1, sha256: "" }];
    const { content } = draftFromTemplate({ draft, documents }, { people: [] }, newId);
    const [one, two] = content.fields.map(({ id }) => id);
    expect(content.rules[0]).toMatchObject({ tests: [{ fieldId: one }], targets: [two] });
    expect([one, two]).not.toContain(first);
  });

  test("an earlier version stays what it was, and the newest is used unless one is asked for", async () => {
    const ctx = await sender();
    const { templateId, envelopeId } = await published(ctx);
    const before = await useTemplate(ctx, { templateId });
    const draft = await getDraft(ctx, { envelopeId });
    const [first, ...rest] = draft.content.fields;
    const content = {
      ...draft.content,
      message: "Anew",
      fields: [{ ...first!, x: 0.5 }, ...rest.slice(0, -1)],
    };
    const saved = await saveDraft(ctx, { envelopeId, version: draft.version, content });
    const open = await getTemplate(ctx, { templateId });
    expect(open.unpublished).toMatchObject([
      { about: "words", part: "message" },
      { about: "field", change: "moved", fieldId: first!.id },
      { about: "field", change: "removed" },
    ]);
    await publishTemplate(ctx, { templateId, draftVersion: saved.version });
    expect(await compareTemplate(ctx, { templateId, from: 1, to: 2 })).toEqual(open.unpublished);
    const again = await useTemplate(ctx, { templateId, number: 1 });
    const newest = await useTemplate(ctx, { templateId });
    expect(await bytesOf(ctx, again.envelopeId)).toBe(await bytesOf(ctx, before.envelopeId));
    expect(newest.number).toBe(2);
    expect(await bytesOf(ctx, newest.envelopeId)).not.toBe(await bytesOf(ctx, before.envelopeId));
    // Its documents may even leave the template.
    const { documents } = await getDraft(ctx, { envelopeId });
    await removeDocument(ctx, { envelopeId, documentId: documents[0]!.id });
    expect(await refusalOf(useTemplate(ctx, { templateId, number: 1 }))).toBeUndefined();
  });

  test("nothing of it is for another organization", async () => {
    const { templateId, envelopeId } = await published(await sender());
    const stranger = await sender();
    const refused = [
      () => useTemplate(stranger, { templateId }),
      () => getTemplate(stranger, { templateId }),
      () => publishTemplate(stranger, { templateId, draftVersion: 1 }),
      () => retireTemplate(stranger, { templateId, isRetired: true }),
    ];
    for (const work of refused) expect(await refusalOf(work())).toBe("envelopes/template-not-found");
    expect(await refusalOf(createTemplate(stranger, { fromEnvelopeId: envelopeId }))).toBe(
      "envelopes/not-found",
    );
  });

  test("what is out of use is not used, and comes back", async () => {
    const ctx = await sender();
    const { templateId } = await published(ctx);
    await retireTemplate(ctx, { templateId, isRetired: true });
    expect(await refusalOf(useTemplate(ctx, { templateId }))).toBe("envelopes/template-retired");
    expect((await listTemplates(ctx, {})).items).toEqual([]);
    expect((await listTemplates(ctx, { isRetired: true })).items).toHaveLength(1);
    await retireTemplate(ctx, { templateId, isRetired: false });
    expect(await refusalOf(useTemplate(ctx, { templateId }))).toBeUndefined();
  });
});

describe("publishing", () => {
  test("names what is missing, and changes nothing", async () => {
    const ctx = await sender();
    const { templateId, envelopeId } = await createTemplate(ctx, { name: "Empty" });
    expect(await refusalOf(publishTemplate(ctx, { templateId, draftVersion: 1 }))).toBe(
      "envelopes/not-ready",
    );
    expect(await refusalOf(useTemplate(ctx, { templateId }))).toBe("envelopes/not-published");
    const made = await published(ctx, (same) => same);
    const draft = await getDraft(ctx, made);
    const twice = draft.content.recipients.map((role) => ({ ...role, roleName: "Tenant" }));
    const saved = await saveDraft(ctx, {
      ...{ envelopeId: made.envelopeId, version: draft.version },
      content: { ...draft.content, recipients: twice },
    });
    const { templateId: other } = made;
    expect(await refusalOf(publishTemplate(ctx, { templateId: other, draftVersion: saved.version }))).toBe(
      "envelopes/not-ready",
    );
    expect(await refusalOf(publishTemplate(ctx, { templateId: other, draftVersion: 1 }))).toBe(
      "envelopes/draft-changed",
    );
    expect((await typesOf(ctx, envelopeId)).at(-1)).toBe("template.created");
  });

  test("twice the same is refused", async () => {
    const ctx = await sender();
    const { templateId, envelopeId } = await published(ctx);
    const { version } = await getDraft(ctx, { envelopeId });
    expect(await refusalOf(publishTemplate(ctx, { templateId, draftVersion: version }))).toBe(
      "envelopes/nothing-changed",
    );
  });

  test("waits for somebody else where the organization wants that", async () => {
    const organization = await product().newOrganization();
    const [admin, owner] = [await organization.member("admin"), await organization.member("owner")];
    await setTemplatePolicy(admin, { asksForApproval: true });
    const { templateId, number, state } = await published(admin);
    expect([number, state]).toEqual([1, "submitted"]);
    expect(await refusalOf(useTemplate(admin, { templateId }))).toBe("envelopes/not-published");
    const publish = { templateId, number, decision: "publish" as const };
    expect(await refusalOf(decideVersion(admin, publish))).toBe("envelopes/own-version");
    expect(await refusalOf(decideVersion(owner, { ...publish, decision: "return" }))).toBe(
      "envelopes/reason-missing",
    );
    const { version } = await getDraft(admin, await getTemplate(admin, { templateId }));
    expect(await refusalOf(publishTemplate(admin, { templateId, draftVersion: version }))).toBe(
      "envelopes/approval-pending",
    );
    await decideVersion(owner, { ...publish, decision: "return", note: "The rent is missing" });
    expect((await getTemplate(owner, { templateId })).versions[0]).toMatchObject({
      ...{ state: "returned", note: "The rent is missing" },
    });
    const again = await publishTemplate(admin, { templateId, draftVersion: version });
    await decideVersion(owner, { ...publish, number: again.number });
    expect(await refusalOf(decideVersion(owner, { ...publish, number: again.number }))).toBe(
      "envelopes/not-submitted",
    );
    expect(await refusalOf(useTemplate(admin, { templateId }))).toBeUndefined();
  });
});

test("a field that its template locked stays as it is", async () => {
  const ctx = await sender();
  const { templateId } = await published(ctx, (content) => ({
    ...content,
    fields: content.fields.map((field, index) => (index === 0 ? { ...field, isLocked: true } : field)),
  }));
  const { envelopeId } = await useTemplate(ctx, { templateId });
  const { content, version, documents } = await getDraft(ctx, { envelopeId });
  const locked = content.fields.find(({ isLocked }) => isLocked)!;
  const save = (fields: readonly DraftField[]) =>
    refusalOf(saveDraft(ctx, { envelopeId, version, content: { ...content, fields: [...fields] } }));
  const others = content.fields.filter(({ id }) => id !== locked.id);
  expect(await save(others)).toBe("envelopes/field-locked");
  expect(await save([...others, { ...locked, x: locked.x + 0.001 }])).toBe("envelopes/field-locked");
  expect(await save([...others, { ...locked, settings: { help: "other" } }])).toBe("envelopes/field-locked");
  expect(await refusalOf(removeDocument(ctx, { envelopeId, documentId: documents[0]!.id }))).toBe(
    "envelopes/field-locked",
  );
  // One that comes without its lock, from a window that knows of none, keeps it; nothing else gets one.
  const { isLocked: _, ...plain } = locked;
  expect(
    await save([plain, ...others.map((field) => ({ ...field, x: 0.3, isLocked: true }))]),
  ).toBeUndefined();
  const after = await getDraft(ctx, { envelopeId });
  expect(after.content.fields.filter(({ isLocked }) => isLocked).map(({ id }) => id)).toEqual([locked.id]);
});

test("what its template says about a locked field holds: no rule is added about it, changed or dropped", async () => {
  const ctx = await sender();
  const { templateId } = await published(ctx, (content) => {
    const [first, second] = content.fields;
    const rule = {
      ...{
        id: newId(),
        combine: "all" as const,
        effect: "require" as const,
        targets: [first!.id],
        value: "",
      },
      tests: [{ fieldId: second!.id, operator: "empty" as const, value: "" }],
    };
    const fields = content.fields.map((field, index) => (index === 0 ? { ...field, isLocked: true } : field));
    return { ...content, fields, rules: [rule] };
  });
  const { envelopeId } = await useTemplate(ctx, { templateId });
  const { content, version } = await getDraft(ctx, { envelopeId });
  const save = (part: Partial<DraftContent>) =>
    refusalOf(saveDraft(ctx, { envelopeId, version, content: { ...content, ...part } }));
  const [own] = content.rules;
  const locked = content.fields.find(({ isLocked }) => isLocked)!;
  const other = content.fields.find(({ isLocked }) => !isLocked)!;
  const hides = { ...own!, id: newId(), effect: "hide" as const };
  expect(await save({ rules: [own!, hides] })).toBe("envelopes/field-locked");
  expect(await save({ rules: [{ ...own!, effect: "skip" }] })).toBe("envelopes/field-locked");
  expect(await save({ rules: [] })).toBe("envelopes/field-locked");
  const onlyIf = { fieldId: other.id, operator: "filled" as const, value: "" };
  const recipients = content.recipients.map((one) =>
    one.id === locked.recipientId ? { ...one, onlyIf } : one,
  );
  expect(await save({ recipients })).toBe("envelopes/field-locked");
  const free = { ...hides, targets: [other.id], tests: [{ ...own!.tests[0]!, fieldId: locked.id }] };
  expect(await save({ rules: [own!, free] })).toBeUndefined();
});

test("how somebody shows who they are stays as its template locked it", async () => {
  const ctx = await sender();
  const { templateId } = await published(ctx, (content) => ({
    ...content,
    recipients: content.recipients.map((role, index) =>
      index === 0 ? { ...role, check: "email-code", isCheckLocked: true } : role,
    ),
  }));
  const { envelopeId } = await useTemplate(ctx, { templateId });
  const { content, version } = await getDraft(ctx, { envelopeId });
  const [locked, other] = content.recipients as [DraftRecipient, DraftRecipient];
  expect(locked).toMatchObject({ check: "email-code", isCheckLocked: true });
  const save = (...recipients: DraftRecipient[]) =>
    refusalOf(saveDraft(ctx, { envelopeId, version, content: { ...content, fields: [], recipients } }));
  expect(await save({ ...locked, check: "none" }, other)).toBe("envelopes/check-locked");
  expect(await save({ ...locked, role: "approver" }, other)).toBe("envelopes/check-locked");
  expect(await save(other)).toBe("envelopes/check-locked");
  const { isCheckLocked: _, ...plain } = locked;
  expect(await save({ ...plain, name: "Ana Ruiz" }, { ...other, isCheckLocked: true })).toBeUndefined();
  const after = (await getDraft(ctx, { envelopeId })).content.recipients;
  expect(after.map(({ isCheckLocked = false }) => isCheckLocked)).toEqual([true, false]);
});

test("a version that was changed behind our back is not used", async () => {
  const ctx = await sender();
  const { templateId } = await published(ctx);
  await product().admin`update template_versions set content = replace(content, '0.2', '0.3')
    where template_id = ${templateId}`;
  await expect(useTemplate(ctx, { templateId })).rejects.toThrow("not what its hash says");
});

test("a file in another form goes along with its source", async () => {
  const ctx = await sender();
  const { templateId, envelopeId } = await createTemplate(ctx, { name: "With an annex" });
  await addDocument(ctx, { envelopeId, name: "annex.pdf" }, streamOf(contract()));
  const { content, version, documents } = await getDraft(ctx, { envelopeId });
  const [id, recipientId] = [newId(), newId()];
  const signer = { id: recipientId, role: "signer" as const, roleName: "Tenant", name: "", email: "" };
  const saved = await saveDraft(ctx, {
    ...{ envelopeId, version },
    content: {
      ...content,
      recipients: [signer],
      fields: [
        {
          ...{ id, documentId: documents[0]!.id, recipientId, type: "signature", page: 0, label: "" },
          ...{ x: 0.1, y: 0.1, width: 0.2, height: 0.05, isRequired: true },
        },
      ],
    },
  });
  await publishTemplate(ctx, { templateId, draftVersion: saved.version });
  const used = await useTemplate(ctx, { templateId });
  expect(await getDraft(ctx, used)).toMatchObject({ documents: [{ name: "annex.pdf", sources: [] }] });
});
