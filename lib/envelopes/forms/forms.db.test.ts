import { PDFDocument } from "pdf-lib";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { addDocument } from "../add-document.ts";
import { getDraft } from "../get-draft.ts";
import { saveDraft } from "../save-draft.ts";
import { createTemplate } from "../templates/create-template.ts";
import { getTemplate, listTemplates } from "../templates/get-template.ts";
import { publishTemplate } from "../templates/publish-template.ts";
import { useTemplate } from "../templates/use-template.ts";
import { downloadProblems } from "./download-problems.ts";
import { addFormFile, checkForm, downloadForm } from "./form-files.ts";
import {
  getFormPackage,
  listFormPackages,
  removeFormPackage,
  saveFormPackage,
  useFormPackage,
} from "./form-packages.ts";
import { addShippedForms, importCatalogue } from "./import-catalogue.ts";
import { describeLibrary, getForm, listForms } from "./list-forms.ts";
import { openForm, rebuildTemplate } from "./open-form.ts";

const product = testProduct();

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

const HEADER = "Key,Title,Number,Agency,Jurisdiction,Subject,Type,Source,Edition,Edition date,File,SHA256";
const row = (key: string, title: string, place: string, more: Partial<Record<string, string>> = {}) =>
  [
    ...[
      key,
      title,
      more.number ?? "",
      more.agency ?? "Agency",
      place,
      more.subject ?? "Tax",
      more.kind ?? "Form",
    ],
    ...[more.source ?? "https://forms.example/x.pdf", more.edition ?? "Rev. 2024", more.on ?? "2024-03-01"],
    ...[more.file ?? `${key}.pdf`, more.sha256 ?? ""],
  ].join(",");
const bring = (ctx: Context, ...rows: string[]) =>
  importCatalogue(ctx, { fileName: "catalogue.csv" }, streamOf(fromUtf8([HEADER, ...rows].join("\r\n"))));
const titles = async (ctx: Context, input: Parameters<typeof listForms>[1]) =>
  (await listForms(ctx, input)).items.map(({ title }) => title);
const idOf = async (ctx: Context, search: string) => (await listForms(ctx, { search })).items[0]!.id;

/** A form as agencies publish them: lines to fill, and a place to sign as a line only. */
async function formPdf(...fields: string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([612, 792]);
  page.drawText(`A form for ${fields.join(" and ")}`, { x: 50, y: 740, size: 12 });
  const form = pdf.getForm();
  for (const [index, name] of fields.entries())
    form.createTextField(name).addToPage(page, { x: 50, y: 680 - index * 40, width: 200, height: 20 });
  page.drawText("Signature", { x: 50, y: 180, size: 11 });
  page.drawLine({ start: { x: 110, y: 180 }, end: { x: 350, y: 180 } });
  return pdf.save();
}

async function office(role: "owner" | "sender" = "owner") {
  const organization = await product().newOrganization();
  return { organization, ctx: await organization.member(role) };
}

/** Opened and, where its place for the signature has to be drawn first, published with one. */
async function ready(ctx: Context, formId: string) {
  const opened = await openForm(ctx, { formId });
  if (opened.isReady) return opened;
  const { content, version, documents } = await getDraft(ctx, opened);
  const signature = {
    ...{
      id: uuidV7(Date.now(), ctx.runtime.random(10)),
      documentId: documents[0]!.id,
      type: "signature" as const,
    },
    ...{ recipientId: content.recipients[0]!.id, page: 0, x: 0.2, y: 0.75, width: 0.3, height: 0.04 },
    ...{ label: "", isRequired: true, settings: {} },
  };
  const saved = await saveDraft(ctx, {
    ...{ envelopeId: opened.envelopeId, version },
    content: { ...content, fields: [...content.fields, signature] },
  });
  await publishTemplate(ctx, { templateId: opened.templateId, draftVersion: saved.version });
  return { ...opened, isReady: true };
}

test("a catalogue comes in, and the same file comes back with what is wrong with it", async () => {
  const { ctx, organization } = await office();
  const brought = await bring(
    ctx,
    row("a", "Bill of sale", "CA", { number: "REG-135", subject: "Vehicles" }),
    row("b", "Transfer of title", "Texas", { subject: "Vehicles" }),
    row("c", "", "Atlantis"),
    row("a", "Bill of sale again", "CA"),
    row("d", "=cmd|'/c calc'!A1", "US", { on: "yesterday" }),
  );
  expect(brought).toMatchObject({ added: 2, changed: 0, same: 0, wrong: 3 });
  const file = await downloadProblems(ctx, brought, { wrong: "What is wrong", describe: (code) => code });
  const text = toUtf8(new Uint8Array(await new Response(file.bytes).arrayBuffer()));
  const lines = text.split("\r\n");
  expect(lines[0]).toContain('"SHA256","What is wrong"');
  expect(lines[1]).toMatch(/"title-missing jurisdiction-unknown"$/);
  expect(lines[2]).toMatch(/"form-twice"$/);
  expect(lines[3]).toMatch(/"'=cmd.*"edition-date-wrong"$/);
  // Mended, what came back comes in; the column about what was wrong is nothing to it.
  const mended = [lines[0]!, lines[3]!.replace("yesterday", "2024-05-01")].join("\r\n");
  expect(await importCatalogue(ctx, { fileName: "to fix.csv" }, streamOf(fromUtf8(mended)))).toMatchObject({
    ...{ added: 1, wrong: 0 },
  });
  expect((await describeLibrary(ctx)).imports).toMatchObject([{ added: 1 }, { added: 2, wrong: 3 }]);
  // The same again changes nothing.
  expect(await bring(ctx, row("b", "Transfer of title", "Texas", { subject: "Vehicles" }))).toMatchObject({
    ...{ added: 0, changed: 0, same: 1 },
  });
  const other = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(downloadProblems(other, brought, { wrong: "", describe: String }))).toBe(
    "envelopes/form-import-not-found",
  );
  expect(await titles(other, { search: "bill" })).toEqual([]);
  const sender = await organization.member("sender");
  expect(await refusalOf(bring(sender, row("z", "Z", "US")))).toBe("authorize/not-allowed");
});

test("bad catalogues change nothing and say what to do", async () => {
  const { ctx } = await office();
  const take = (text: string) => refusalOf(importCatalogue(ctx, { fileName: "x" }, streamOf(fromUtf8(text))));
  expect(await take("Name,Price\r\nApple,1")).toBe("envelopes/catalogue-columns-missing");
  expect(await take("[1,2]")).toBe("envelopes/catalogue-not-json");
  expect(await take(HEADER)).toBe("envelopes/table-empty");
  expect(await take("%PDF-1.7")).toBe("envelopes/table-not-text");
  expect(await take(`[${'{"title":"x"},'.repeat(120_000)}{}]`)).toBe("envelopes/table-too-many-rows");
  async function* endless() {
    for (;;) yield new Uint8Array(1024 * 1024);
  }
  expect(await refusalOf(importCatalogue(ctx, { fileName: "x" }, endless()))).toBe(
    "envelopes/catalogue-too-large",
  );
  expect((await describeLibrary(ctx)).isEmpty).toBe(true);
});

test("forms are found by jurisdiction, subject, type and words, page by page", async () => {
  const { ctx } = await office();
  const rows = Array.from({ length: 60 }, (_, index) =>
    row(`k${index}`, `Affidavit ${String(index).padStart(2, "0")}`, index % 2 ? "NY" : "Federal", {
      ...{
        number: `AF-${index}`,
        subject: index % 3 ? "Probate" : "Tax",
        kind: index % 5 ? "Affidavit" : "Form",
      },
    }),
  );
  await bring(ctx, ...rows);
  expect(await titles(ctx, { search: "af-17" })).toEqual(["Affidavit 17"]);
  expect(await titles(ctx, { search: "af17" })).toEqual(["Affidavit 17"]);
  expect(await titles(ctx, { search: "new york 59 affid" })).toEqual(["Affidavit 59"]);
  expect(await titles(ctx, { search: "' | ! &" })).toEqual([]);
  const first = await listForms(ctx, { jurisdiction: "US-NY" });
  expect(first.items).toHaveLength(25);
  const next = await listForms(ctx, { jurisdiction: "US-NY", cursor: first.nextCursor });
  expect(next.items.map(({ title }) => title)).toEqual(
    ["51", "53", "55", "57", "59"].map((n) => `Affidavit ${n}`),
  );
  expect(next.nextCursor).toBeNull();
  const back = await listForms(ctx, {
    jurisdiction: "US-NY",
    cursor: next.previousCursor,
    direction: "back",
  });
  expect(back.items).toEqual(first.items);
  expect(await titles(ctx, { subject: "Tax", kind: "Form", jurisdiction: "US" })).toEqual([
    ...["Affidavit 00", "Affidavit 30"],
  ]);
  expect(await describeLibrary(ctx)).toMatchObject({
    ...{ subjects: ["Probate", "Tax"], kinds: ["Affidavit", "Form"], jurisdictions: ["US", "US-NY"] },
    ...{ isEmpty: false, may: { import: true, manage: true } },
  });
});

test("what comes with the product says that its files are not included", async () => {
  const { ctx } = await office();
  const { added } = await addShippedForms(ctx);
  expect(added).toBeGreaterThan(5);
  expect(await addShippedForms(ctx)).toMatchObject({ added: 0, same: added });
  const form = await getForm(ctx, { formId: await idOf(ctx, "w9") });
  expect(form).toMatchObject({
    ...{ number: "W-9", agency: "Internal Revenue Service", edition: "Rev. March 2024", checkedOn: null },
    ...{ source: "https://www.irs.gov/pub/irs-pdf/fw9.pdf", hasFile: false, file: null },
  });
  expect(await refusalOf(openForm(ctx, { formId: form.id }))).toBe("envelopes/form-file-missing");
  expect(await refusalOf(downloadForm(ctx, { formId: form.id }))).toBe("envelopes/form-file-missing");
});

test("a file has to be what the catalogue says, where it says so", async () => {
  const { ctx } = await office();
  const pdf = await formPdf("Name");
  const hash = toHex(sha256(pdf));
  await bring(ctx, row("known", "Known", "US", { sha256: hash }), row("free", "Free", "US"));
  const [known, free] = [await idOf(ctx, "known"), await idOf(ctx, "free")];
  const put = (formId: string | null, bytes: Uint8Array, fileName = "x.pdf") =>
    addFormFile(ctx, { formId, fileName }, streamOf(bytes));
  expect(await refusalOf(put(known, await formPdf("Other")))).toBe("envelopes/form-file-other");
  expect(await refusalOf(put(free, fromUtf8("hello")))).toBe("envelopes/form-file-not-pdf");
  expect(await refusalOf(put(free, new Uint8Array()))).toBe("envelopes/form-file-not-pdf");
  expect(await refusalOf(put(null, pdf, "nobody.pdf"))).toBe("envelopes/form-file-unnamed");
  expect((await getForm(ctx, { formId: known })).file).toBeNull();
  expect(await put(null, pdf, "folder/KNOWN.PDF")).toEqual({
    ...{ formId: known, title: "Known", sha256: hash, isAsCatalogued: true },
  });
  expect(await put(free, pdf)).toMatchObject({ isAsCatalogued: false });
  const { bytes } = await downloadForm(ctx, { formId: known });
  expect(toHex(sha256(new Uint8Array(await new Response(bytes).arrayBuffer())))).toBe(hash);
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(addFormFile(stranger, { formId: known, fileName: "" }, streamOf(pdf)))).toBe(
    "envelopes/form-not-found",
  );
  const viewer = await office("sender");
  expect(await refusalOf(getForm(viewer.ctx, { formId: known }))).toBe("envelopes/form-not-found");
});

test("a form opens as a template with its own fields, once for each edition; a newer one marks it", async () => {
  const { ctx } = await office();
  await bring(ctx, row("lease", "Lease", "US-CA", { number: "L-1" }));
  const formId = await idOf(ctx, "lease");
  await addFormFile(ctx, { formId, fileName: "lease.pdf" }, streamOf(await formPdf("Tenant", "Rent")));
  const opened = await ready(ctx, formId);
  expect(opened.isReady).toBe(true);
  const { content } = await getDraft(ctx, opened);
  expect(content.recipients).toMatchObject([{ role: "signer", roleName: "Signer" }]);
  expect(content.fields.map(({ label }) => label)).toEqual(expect.arrayContaining(["Tenant", "Rent"]));
  expect(await openForm(ctx, { formId })).toMatchObject({ templateId: opened.templateId, isKnown: true });
  const used = await useTemplate(ctx, { templateId: opened.templateId, values: { Tenant: "Ana" } });
  const outdated = async () => (await listTemplates(ctx, {})).items.map(({ isOutdated }) => isOutdated);
  expect(await outdated()).toEqual([false]);

  // Looked at: still the same.
  await checkForm(ctx, { formId });
  expect(await getForm(ctx, { formId })).toMatchObject({ hasFile: true, checkedBy: expect.any(String) });
  expect(await refusalOf(checkForm(ctx, { formId, newer: { edition: "", editionOn: "2020-01-01" } }))).toBe(
    "envelopes/form-edition-older",
  );
  expect(await refusalOf(checkForm(ctx, { formId, newer: { edition: "", editionOn: "soon" } }))).toBe(
    "envelopes/form-edition-wrong",
  );
  const older = await bring(ctx, row("lease", "Lease", "US-CA", { on: "2023-01-01" }));
  expect(older).toMatchObject({ changed: 0, wrong: 1 });

  // A newer edition in a catalogue.
  const renewed = await bring(
    ctx,
    row("lease", "Lease", "US-CA", { edition: "Rev. 2025", on: "2025-01-01" }),
  );
  expect(renewed).toMatchObject({ changed: 1, newEditions: 1 });
  expect(await outdated()).toEqual([true]);
  const view = await getTemplate(ctx, opened);
  expect(view.newerEdition).toMatchObject({ edition: "Rev. 2025", builtOn: "Rev. 2024", hasFile: false });
  expect(await getForm(ctx, { formId })).toMatchObject({
    ...{ hasFile: false, checkedOn: null, templates: [{ isOutdated: true, isPublished: true }] },
  });
  const types = (await readEvents(ctx, opened.envelopeId)).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["form.opened", "template.outdated"]));
  expect(await refusalOf(rebuildTemplate(ctx, opened))).toBe("envelopes/form-file-missing");

  // Built on the newer one, with the fields where they were.
  await addFormFile(
    ctx,
    { formId, fileName: "lease.pdf" },
    streamOf(await formPdf("Tenant", "Rent", "Pets")),
  );
  const before = (await getDraft(ctx, opened)).content.fields.map(({ label, x, y }) => [label, x, y]);
  await rebuildTemplate(ctx, opened);
  expect(await outdated()).toEqual([false]);
  const after = (await getDraft(ctx, opened)).content.fields.map(({ label, x, y }) => [label, x, y]);
  expect(after).toEqual(before);
  expect(await refusalOf(rebuildTemplate(ctx, opened))).toBe("envelopes/form-same-edition");

  // What was saved as a template from an envelope of the older edition is of that edition still.
  const kept = await createTemplate(ctx, { fromEnvelopeId: used.envelopeId });
  expect((await getTemplate(ctx, kept)).newerEdition).toMatchObject({ builtOn: "Rev. 2024" });
  const again = await createTemplate(ctx, { fromEnvelopeId: kept.envelopeId });
  expect(await outdated()).toEqual([true, true, false]);
  await rebuildTemplate(ctx, again);
  expect((await getTemplate(ctx, again)).newerEdition).toBeNull();
  // Of another document it says nothing.
  const other = await useTemplate(ctx, { templateId: opened.templateId });
  await addDocument(
    ctx,
    {
      ...{ envelopeId: other.envelopeId, name: "other.pdf" },
      replaces: (await getDraft(ctx, other)).documents[0]!.id,
    },
    streamOf(await formPdf("Landlord")),
  );
  const plain = await createTemplate(ctx, { fromEnvelopeId: other.envelopeId });
  expect((await getTemplate(ctx, plain)).newerEdition).toBeNull();

  // Or by whoever looked at the source.
  await checkForm(ctx, { formId, newer: { edition: "Rev. 2026", editionOn: "2/2026" } });
  expect((await outdated()).filter(Boolean)).toHaveLength(3);
  expect((await getTemplate(ctx, plain)).newerEdition).toBeNull();
});

const readEvents = (ctx: Context, envelopeId: Parameters<typeof readChain>[1]) =>
  inTransaction(ctx, (ctx) => readChain(ctx, envelopeId)).then(({ entries }) => entries);

test("where the forms of a package are of several classes, whoever sends it says which counts", async () => {
  const { ctx } = await office();
  await bring(ctx, row("lease", "Lease", "US-CA"), row("pets", "Pet addendum", "US-CA"));
  const ids = [await idOf(ctx, "lease"), await idOf(ctx, "pet")];
  const about = { trigger: "completion", basis: "State law", isDefault: false } as const;
  const short = await addClass(ctx, { ...about, name: "Letters", years: 2 });
  const long = await addClass(ctx, { ...about, name: "Deeds", years: 30 });
  for (const [index, classId] of [short, long].entries()) {
    await addFormFile(ctx, { formId: ids[index]!, fileName: "x.pdf" }, streamOf(await formPdf("Tenant")));
    const { templateId, envelopeId } = await ready(ctx, ids[index]!);
    await chooseClass(ctx, { envelopeId, classId });
    await publishTemplate(ctx, { templateId, draftVersion: (await getDraft(ctx, { envelopeId })).version });
  }
  const packageId = await saveFormPackage(ctx, { name: "Move-in", formIds: ids, values: {} });
  const { roles, classes } = await getFormPackage(ctx, { packageId });
  // What is kept longest is offered first.
  expect(classes.map(({ name }) => name)).toEqual(["Deeds", "Letters"]);
  const people = [{ roleId: roles[0]!.id, name: "Ana Ruiz", email: "ana@example.com" }];
  const open = "envelopes/form-package-class-open";
  expect(await refusalOf(useFormPackage(ctx, { packageId, people }))).toBe(open);
  expect(await refusalOf(useFormPackage(ctx, { packageId, people, classId: ids[0]! }))).toBe(open);
  const { envelopeId } = await useFormPackage(ctx, { packageId, people, classId: short });
  expect((await getDraft(ctx, { envelopeId })).classes.chosenId).toBe(short);
  const single = await saveFormPackage(ctx, { name: "Pets", formIds: [ids[1]!], values: {} });
  expect((await getFormPackage(ctx, { packageId: single })).classes).toEqual([]);
  const own = (await getFormPackage(ctx, { packageId: single })).roles[0]!.id;
  const made = await useFormPackage(ctx, { packageId: single, people: [{ ...people[0]!, roleId: own }] });
  expect((await getDraft(ctx, made)).classes.chosenId).toBe(long);
});

test("several forms go out as one, each person and each shared value once", async () => {
  const { ctx, organization } = await office();
  await bring(ctx, row("lease", "Lease", "US-CA"), row("pets", "Pet addendum", "US-CA"));
  const ids = [await idOf(ctx, "lease"), await idOf(ctx, "pet")];
  expect(await refusalOf(saveFormPackage(ctx, { name: "Move-in", formIds: [] }))).toBe(
    "envelopes/form-package-empty",
  );
  const packageId = await saveFormPackage(ctx, {
    name: "Move-in",
    formIds: ids,
    values: { Tenant: "Ana Ruiz" },
  });
  expect(await refusalOf(useFormPackage(ctx, { packageId, people: [] }))).toBe(
    "envelopes/form-package-not-ready",
  );
  for (const [index, fields] of [
    ["Tenant", "Rent"],
    ["Tenant", "Animal"],
  ].entries()) {
    const formId = ids[index]!;
    await addFormFile(ctx, { formId, fileName: "x.pdf" }, streamOf(await formPdf(...fields)));
    await ready(ctx, formId);
  }
  const view = await getFormPackage(ctx, { packageId });
  expect(view).toMatchObject({
    isReady: true,
    rolesDiffer: false,
    roles: [{ name: "Signer", role: "signer" }],
  });
  expect(view.labels).toEqual([
    { label: "Tenant", forms: 2 },
    { label: "Rent", forms: 1 },
    { label: "Animal", forms: 1 },
  ]);
  const people = [{ roleId: view.roles[0]!.id, name: "Ana Ruiz", email: "ana@example.com" }];
  const { envelopeId } = await useFormPackage(ctx, { packageId, people, values: { Rent: "1200" } });
  const { content, documents, blockers } = await getDraft(ctx, { envelopeId });
  expect(blockers ?? []).toEqual([]);
  expect(documents).toHaveLength(2);
  expect(content.recipients).toMatchObject([{ name: "Ana Ruiz", email: "ana@example.com" }]);
  const held = content.fields.flatMap(({ label, settings }) =>
    settings.value ? [[label, settings.value]] : [],
  );
  expect(held).toEqual([
    ["Tenant", "Ana Ruiz"],
    ["Rent", "1200"],
    ["Tenant", "Ana Ruiz"],
  ]);
  expect(new Set(content.fields.map(({ documentId }) => documentId)).size).toBe(2);
  expect((await readEvents(ctx, envelopeId)).map(({ type }) => type)).toContain("form-package.used");

  await saveFormPackage(ctx, { packageId, name: "Moving in", formIds: ids.toReversed() });
  expect(await listFormPackages(ctx)).toMatchObject([{ name: "Moving in", forms: 2 }]);
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(getFormPackage(stranger, { packageId }))).toBe("envelopes/form-package-not-found");
  expect(await refusalOf(saveFormPackage(stranger, { name: "Theirs", formIds: ids }))).toBe(
    "envelopes/form-not-found",
  );
  expect(await refusalOf(removeFormPackage(await organization.member("viewer"), { packageId }))).toBe(
    "authorize/not-allowed",
  );
  await removeFormPackage(ctx, { packageId });
  expect(await listFormPackages(ctx)).toEqual([]);
});

test("a template that is built on no form is never outdated", async () => {
  const { ctx } = await office();
  const made = await createTemplate(ctx, { name: "Own" });
  expect((await getTemplate(ctx, made)).newerEdition).toBeNull();
  expect(await refusalOf(rebuildTemplate(ctx, made))).toBe("envelopes/form-same-edition");
});
