import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "drizzle-orm";
import sharp from "sharp";
import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { MemberActor } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { shareEnvelope } from "#lib/envelopes/share-envelope.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { attachFile } from "#lib/signing/attach-file.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { listAnswers } from "#lib/signing/list-answers.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { revealAnswer } from "#lib/signing/reveal-answer.ts";
import { addressOf, linkFor, personWith, until } from "#lib/signing/testing.ts";
import { download } from "./download.ts";
import { requestPackage } from "./request-package.ts";
import { pdfsig } from "./testing-sealed.ts";

const product = testProduct({ runsJobs: true });
const newOrganization = async () => product().newOrganization();

interface Wish {
  readonly name: string;
  readonly type: FieldType;
  readonly settings?: FieldSettings;
  readonly isRequired?: boolean;
  readonly of?: string;
  readonly box?: readonly [number, number];
}
const SIGN: Wish = { name: "Signature", type: "signature", isRequired: true };

async function* streamOf(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** A draft with these fields, in rows down the page; rules name fields by their labels. */
async function draftOf(
  ctx: Context,
  wishes: readonly Wish[],
  rules: readonly (Omit<FieldRule, "id" | "tests" | "combine"> & {
    tests: readonly (readonly string[])[];
  })[] = [],
  people: readonly string[] = ["Ana Ruiz"],
) {
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const envelopeId = await createEnvelope(ctx, { title: "Lease 12B" });
  const document = await addDocument(ctx, { envelopeId, name: "lease.pdf" }, streamOf(contract()));
  const recipients = people.map((name) => ({
    ...{
      id: newId(),
      role: "signer" as const,
      name,
      email: addressOf(name),
      check: "none" as const,
      phone: "",
    },
  }));
  const fields = wishes.map(
    ({ name, type, settings = {}, isRequired = false, of = "Ana Ruiz", box }, row) => ({
      ...{ id: newId(), documentId: document.id, page: 0, type, label: name, isRequired, settings },
      recipientId: recipients.find((person) => person.name === of)!.id,
      ...{ x: 0.05 + 0.48 * (row % 2), y: 0.02 + 0.045 * Math.floor(row / 2) },
      ...{ width: box?.[0] ?? 0.4, height: box?.[1] ?? 0.03 },
    }),
  );
  const idOf = (label: string) => fields.find((field) => field.label === label)?.id ?? label;
  const named = rules.map(({ tests, targets, ...rule }) => ({
    ...{ ...rule, id: newId(), combine: "all" as const, targets: targets.map(idOf) },
    tests: tests.map(([label, operator, value = ""]) => ({
      ...{ fieldId: idOf(label!), operator: operator as FieldRule["tests"][number]["operator"], value },
    })),
  }));
  const content = {
    ...{ title: "Lease 12B", message: "", order: "sequential" as const, consentMode: "business" as const },
    ...{ recipients, fields, rules: named },
  };
  const { version, blockers } = await saveDraft(ctx, { envelopeId, version: document.version, content });
  return { envelopeId, version, blockers: blockers.map(({ code }) => code), idOf, documentId: document.id };
}

/** Somebody who has agreed and adopted their marks. */
async function ready(ctx: Context, envelopeId: EnvelopeId, name = "Ana Ruiz") {
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, name));
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  const mark = (text: string) => ({ type: "typed", text, style: "flowing" }) as const;
  await adoptMarks(person, { signature: mark(name), initials: mark("AR") });
  return person;
}

async function finish(person: Context) {
  const shown = (await openCeremony(person)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(person, { shown, wording: "Finish", timeZone: "Europe/Lisbon" });
}

const completed = (ctx: Context, envelopeId: EnvelopeId) =>
  until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

async function sealed(ctx: Context, envelopeId: EnvelopeId): Promise<Buffer> {
  const { documents } = await completed(ctx, envelopeId);
  const wanted = { kind: "document", documentId: documents[0]!.id, variant: "current" } as const;
  return bytesOf((await download(ctx, { envelopeId, wanted })).bytes);
}

const textOf = (pdf: Buffer) =>
  execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }).replace(/\s+/g, " ");

interface StrangersField {
  readonly fullname: string;
  readonly alternativename: string;
  readonly fieldtype: string;
  readonly value: string;
  readonly isradiobutton: boolean;
  readonly choices: readonly string[];
}

/** The form as qpdf reads it, by the types of our fields. */
function formIn(pdf: Buffer): Record<string, StrangersField> {
  const place = path.join(mkdtempSync(path.join(tmpdir(), "whereof-form-")), "a.pdf");
  writeFileSync(place, pdf);
  const json = execFileSync("qpdf", ["--json", "--json-key=acroform", place], { encoding: "utf8" });
  const { fields } = (JSON.parse(json) as { acroform: { fields: StrangersField[] } }).acroform;
  return Object.fromEntries(
    fields.map((field) => [field.fullname.replace(/^Signer\d_/, "").replace(/_\d+$/, ""), field]),
  );
}

const png = (color: string) =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: color } })
    .png()
    .toBuffer();

test("every type is filled, sealed, and read back by others", { timeout: 120_000 }, async () => {
  const ctx = await (await newOrganization()).member("sender");
  const group = { group: "Paid" };
  const wishes: Wish[] = [
    SIGN,
    { name: "Initials", type: "initials" },
    { name: "Stamp", type: "stamp", box: [0.2, 0.04] },
    { name: "Day signed", type: "date" },
    { name: "Full name", type: "name" },
    { name: "First", type: "forename" },
    { name: "Last", type: "surname" },
    { name: "Role", type: "title" },
    { name: "Firm", type: "company" },
    { name: "Remarks", type: "text", box: [0.4, 0.042] },
    { name: "Code", type: "cells", settings: { cells: 5 } },
    { name: "Starts", type: "day", settings: { from: "2026-03-02", dateStyle: "01.03.2026" } },
    { name: "Count", type: "number", settings: { minimum: "1", maximum: "99" } },
    { name: "Rent", type: "amount", settings: { currency: "EUR", numberStyle: "1.234,56" } },
    { name: "Mail", type: "email" },
    { name: "Phone", type: "phone" },
    { name: "Tax number", type: "ssn" },
    { name: "Employer", type: "ein" },
    { name: "Postal code", type: "zip" },
    { name: "Passport", type: "pattern", settings: { pattern: "[A-Z]{2}\\d{4}", example: "AB1234" } },
    { name: "Heard", type: "checkbox", box: [0.03, 0.02] },
    { name: "Monthly", type: "radio", settings: { ...group, option: "Monthly" }, box: [0.03, 0.02] },
    { name: "Yearly", type: "radio", settings: { ...group, option: "Yearly" }, box: [0.03, 0.02] },
    { name: "Color", type: "dropdown", settings: { options: ["Red", "Deep blue"] } },
    { name: "Proof", type: "attachment" },
    { name: "Photo", type: "image", box: [0.2, 0.04] },
    { name: "Total", type: "formula", settings: { formula: "round([Rent] * [Count], 2)", currency: "EUR" } },
    { name: "Read this", type: "link", settings: { value: "House rules", url: "https://example.com/rules" } },
    { name: "Mind", type: "note", settings: { value: "Bring the keys." } },
    { name: "Approval", type: "approve" },
    { name: "No", type: "decline" },
    { name: "Fixed", type: "text", settings: { value: "Flat 12B", isReadOnly: true } },
  ];
  const { envelopeId, version, blockers, idOf } = await draftOf(ctx, wishes);
  expect(blockers).toEqual([]);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  const fill = (label: string, value: string, locale?: string) =>
    fillField(ana, { fieldId: idOf(label), value, ...(locale ? { locale } : {}) });
  for (const [label, value] of [
    ["Signature", "adopted"],
    ["Initials", "adopted"],
    ["Full name", "Ana Ruiz"],
    ["First", "Ana"],
    ["Last", "Ruiz"],
    ["Role", "Director"],
    ["Firm", "Ruiz & Daughters"],
    ["Remarks", "First line\nSecond line"],
    ["Code", "AB12C"],
    ["Starts", "2028-02-29"],
    ["Mail", "ana@example.com"],
    ["Phone", "+1 (512) 555-0117"],
    ["Tax number", "219099999"],
    ["Employer", "123456789"],
    ["Postal code", "78701-1234"],
    ["Passport", "XY9876"],
    ["Heard", "yes"],
    ["Monthly", "yes"],
    ["Yearly", "yes"],
    ["Color", "Deep blue"],
    ["Approval", "yes"],
  ] as const)
    await fill(label, value);
  await fill("Count", "3", "en");
  await fill("Rent", "1.234,5", "de");
  await fill("Stamp", "plain");
  const give = (label: string, name: string, bytes: Uint8Array) =>
    attachFile(ana, { fieldId: idOf(label), name }, streamOf(bytes));
  await give("Photo", "me.png", await png("#228833"));
  const proof = Buffer.from("%PDF-1.4\nproof of income");
  await give("Proof", "Proof of income.pdf", proof);
  expect((await openCeremony(ana)).fields.find(({ id }) => id === idOf("Monthly"))!.value).toBe("");
  await finish(ana);

  const pdf = await sealed(ctx, envelopeId);
  expect(pdfsig(pdf)).toMatch(/Signature is Valid/);
  expect(pdfsig(pdf)).not.toMatch(/Signature is Invalid|not been verified/);
  const text = textOf(pdf);
  for (const value of [
    ...["Ana Ruiz", "Director", "Ruiz & Daughters", "First line", "Second line", "29.02.2028"],
    ...["1.234,50 EUR", "3,703.50 EUR", "ana@example.com", "+15125550117", "219-09-9999", "12-3456789"],
    ...["78701-1234", "XY9876", "Deep blue", "Proof of income.pdf", "House rules", "Bring the keys."],
    ...["Approved", "Flat 12B"],
  ])
    expect(text, value).toContain(value);
  expect(formIn(pdf)).toMatchObject({
    cells: { fieldtype: "/Tx", value: "u:AB12C", alternativename: "Code (the signer)" },
    amount: { fieldtype: "/Tx", value: "u:1.234,50 EUR" },
    formula: { fieldtype: "/Tx", value: "u:3,703.50 EUR" },
    checkbox: { fieldtype: "/Btn", value: "/Yes" },
    radio: { fieldtype: "/Btn", value: "/Option2", isradiobutton: true },
    dropdown: { fieldtype: "/Ch", value: "u:Deep blue", choices: ["Red", "Deep blue"] },
    stamp: { value: "u:Ana Ruiz" },
    image: { value: "u:me.png" },
  });

  // What was attached is in the trail with its hash, to be downloaded, and in the package.
  const { entries } = await readChain(ctx, envelopeId);
  const attached = entries.findLast(({ type }) => type === "file.attached")!;
  const [file] = (await listAnswers(ctx, { envelopeId })).flatMap((answer) =>
    answer.type === "attachment" ? [answer.file!] : [],
  );
  expect(attached.data).toMatchObject({
    sha256: file!.sha256,
    sizeBytes: proof.length,
    mediaType: "application/pdf",
  });
  const got = await download(ctx, { envelopeId, wanted: { kind: "attachment", fileId: file!.id } });
  expect(got.fileName).toMatch(/Proof of income.*\.pdf$/);
  expect(await bytesOf(got.bytes)).toEqual(proof);
  expect(
    await refusalOf(download(ana, { envelopeId, wanted: { kind: "attachment", fileId: file!.id } })),
  ).toBe("authorize/not-a-member");
  const archive = await packageOf(ctx, envelopeId);
  const names = execFileSync(
    "python3",
    ["-c", "import sys,zipfile,io;print(zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())).namelist())"],
    {
      input: archive,
      encoding: "utf8",
    },
  );
  expect(names).toContain("01-agreement/attachments/2-me.png");
  expect(names).toContain("01-agreement/attachments/1-proof-of-income.pdf");
});

/** The bytes of a new evidence package. */
async function packageOf(ctx: Context, envelopeId: EnvelopeId): Promise<Buffer> {
  await requestPackage(ctx, { envelopeId });
  for (let turn = 0; turn < 300; turn++) {
    const wanted = { kind: "package", packageId: null } as const;
    const found = await download(ctx, { envelopeId, wanted }).catch(() => null);
    if (found) return bytesOf(found.bytes);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no package");
}

test("the server works rules and formulas out itself, whatever a browser says", {
  timeout: 60_000,
}, async () => {
  const ctx = await (await newOrganization()).member("sender");
  const wishes: Wish[] = [
    SIGN,
    { name: "Married", type: "checkbox", box: [0.03, 0.02] },
    { name: "Spouse", type: "text", isRequired: true },
    { name: "Amount", type: "amount", settings: { currency: "USD" } },
    { name: "Double", type: "formula", settings: { formula: "[Amount] * 2" } },
    { name: "Reason", type: "text" },
    { name: "Country", type: "text" },
  ];
  const rules = [
    { effect: "show" as const, targets: ["Spouse"], tests: [["Married", "filled"]], value: "" },
    { effect: "require" as const, targets: ["Reason"], tests: [["Amount", "at-least", "1000"]], value: "" },
    { effect: "set" as const, targets: ["Country"], tests: [["Amount", "filled"]], value: "US" },
  ];
  const { envelopeId, version, idOf, blockers } = await draftOf(ctx, wishes, rules);
  expect(blockers).toEqual([]);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  const fill = (label: string, value: string) => fillField(ana, { fieldId: idOf(label), value });
  await fill("Signature", "adopted");
  expect(await refusalOf(fill("Double", "1"))).toBe("signing/field-not-yours");
  expect(await refusalOf(fill("Amount", "a lot"))).toBe("signing/value-wrong");
  await fill("Married", "yes");
  await fill("Amount", "1500");
  expect(await refusalOf(finish(ana))).toBe("signing/fields-missing");
  await fill("Spouse", "Ben Okafor");
  await fill("Reason", "Deposit");
  // Hidden again after it was filled: it is not sealed, and the record says so.
  await fill("Married", "");
  await fill("Country", "Nowhere");
  await finish(ana);
  const pdf = await sealed(ctx, envelopeId);
  const text = textOf(pdf);
  expect(text).not.toContain("Ben Okafor");
  expect(text).not.toContain("Nowhere");
  expect(text).toContain("3,000.00");
  const { entries } = await readChain(ctx, envelopeId);
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  const fields = signed.data.fields as { id: string; state?: string; value: string | null }[];
  expect(fields.find(({ id }) => id === idOf("Spouse"))).toMatchObject({ state: "hidden", value: null });
  expect(fields.find(({ id }) => id === idOf("Country"))).toMatchObject({ value: "US" });
});

test("a later person's rules see what an earlier one has said, and the sender cannot ask the future", {
  timeout: 60_000,
}, async () => {
  const ctx = await (await newOrganization()).member("sender");
  const wishes: Wish[] = [
    SIGN,
    { name: "Rent", type: "amount", settings: { currency: "USD" } },
    { name: "Sign too", type: "signature", isRequired: true, of: "Ben Okafor" },
    { name: "Guarantee", type: "text", of: "Ben Okafor" },
  ];
  const people = ["Ana Ruiz", "Ben Okafor"];
  const rule = { effect: "require" as const, targets: ["Guarantee"], value: "" };
  const looksBack = { ...rule, tests: [["Rent", "at-least", "1000"]] };
  const { envelopeId, version, idOf } = await draftOf(ctx, wishes, [looksBack], people);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  await fillField(ana, { fieldId: idOf("Signature"), value: "adopted" });
  await fillField(ana, { fieldId: idOf("Rent"), value: "1000.00" });
  await finish(ana);
  const ben = await ready(ctx, envelopeId, "Ben Okafor");
  const view = await openCeremony(ben);
  expect(view.settled).toMatchObject([{ label: "Rent", value: "1000.00" }]);
  await fillField(ben, { fieldId: idOf("Sign too"), value: "adopted" });
  expect(await refusalOf(finish(ben))).toBe("signing/fields-missing");
  await fillField(ben, { fieldId: idOf("Guarantee"), value: "My house" });
  await finish(ben);
  const looksAhead = { ...rule, targets: ["Rent"], tests: [["Guarantee", "filled"]] };
  expect((await draftOf(ctx, wishes, [looksAhead], people)).blockers).toContain("rule-of-later");
});

test("what cannot be sent is said before it is sent", async () => {
  const ctx = await (await newOrganization()).member("sender");
  const blockersOf = async (wish: Partial<Wish>, rules: Parameters<typeof draftOf>[2] = []) =>
    (await draftOf(ctx, [SIGN, { name: "A", type: "text", ...wish }, { name: "B", type: "text" }], rules))
      .blockers;
  for (const [wish, blocker] of [
    [{ type: "payment", settings: { currency: "USD" } }, "payment-off"],
    [{ type: "dropdown" }, "options-missing"],
    [{ type: "radio", settings: { group: "One", option: "x" } }, "group-too-small"],
    [{ type: "formula", settings: { formula: "[C] +" } }, "formula-wrong"],
    [{ type: "formula", settings: { formula: "[C] + 1" } }, "formula-label-unknown"],
    [{ type: "formula", settings: { formula: "[B] + 1" } }, "formula-not-a-number"],
    [{ type: "formula", settings: { formula: "[A] + 1" } }, "rule-circle"],
    [{ type: "pattern", settings: { pattern: "(" } }, "pattern-wrong"],
    [{ type: "link", settings: { value: "x", url: "javascript:alert(1)" } }, "link-wrong"],
    [{ type: "day", settings: { from: "2026-03-02", to: "2026-03-01" } }, "field-window-wrong"],
    [{ type: "day", settings: { value: "2026-02-29" } }, "field-value-wrong"],
    [{ settings: { value: "W".repeat(400) } }, "field-value-not-drawable"],
    [{ settings: { isSensitive: true, value: "x" } }, "sensitive-value"],
    [{ type: "checkbox", settings: { isSensitive: true } }, "sensitive-type"],
  ] as const)
    expect(await blockersOf(wish as Partial<Wish>), blocker).toContain(blocker);
  const rule = { value: "", targets: ["B"] };
  const hides = { ...rule, effect: "hide" as const, targets: ["Signature"], tests: [["A", "filled"]] };
  expect(await blockersOf({}, [hides])).toContain("rule-on-signature");
  const both = [
    { ...rule, effect: "hide" as const, tests: [["A", "filled"]] },
    { ...rule, effect: "hide" as const, targets: ["A"], tests: [["B", "filled"]] },
  ];
  expect(await blockersOf({}, both)).toContain("rule-circle");
  const draft = await draftOf(ctx, [SIGN, { name: "Pay", type: "payment" }]);
  expect(await refusalOf(sendEnvelope(ctx, draft))).toBe("envelopes/not-ready");
  expect((await getDraft(ctx, draft)).blockers.map(({ code }) => code)).toContain("payment-off");
});

test("files are looked into before they are taken", { timeout: 60_000 }, async () => {
  const ctx = await (await newOrganization()).member("sender");
  const { envelopeId, version, idOf } = await draftOf(ctx, [
    SIGN,
    { name: "Photo", type: "image", box: [0.2, 0.04] },
    { name: "Proof", type: "attachment", settings: { megabytes: 1, accepts: ["pdf", "picture"] } },
    { name: "Text", type: "text" },
  ]);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  const give = (label: string, name: string, bytes: Uint8Array) =>
    attachFile(ana, { fieldId: idOf(label), name }, streamOf(bytes));
  const zip = Buffer.from([0x50, 0x4b, 3, 4, 1, 2, 3, 4]);
  const huge = Buffer.concat([
    (await png("#ffffff")).subarray(0, 16),
    Buffer.from([0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]),
  ]);
  for (const [label, name, bytes, code] of [
    ["Photo", "photo.png", zip, "file-disguised"],
    ["Photo", "drawing.svg", Buffer.from("<svg><script>alert(1)</script></svg>"), "file-svg"],
    ["Photo", "IMG_1.heic", Buffer.from("\u0000\u0000\u0000\u0018ftypheic"), "file-heic"],
    ["Photo", "large.png", huge, "file-pixels"],
    ["Proof", "large.png", huge, "file-pixels"],
    ["Photo", "torn.png", (await png("#ffffff")).subarray(0, 60), "file-unreadable"],
    ["Photo", "paper.pdf", Buffer.from("%PDF-1.7"), "file-kind"],
    ["Proof", "notes.txt", Buffer.from("hello"), "file-kind"],
    ["Proof", "nothing.pdf", Buffer.alloc(0), "file-empty"],
    [
      "Proof",
      "long.pdf",
      Buffer.concat([Buffer.from("%PDF-1.7"), Buffer.alloc(1_100_000)]),
      "file-too-large",
    ],
    ["Text", "paper.pdf", Buffer.from("%PDF-1.7"), "field-not-yours"],
  ] as const)
    expect(await refusalOf(give(label, name, bytes)), name).toBe(`signing/${code}`);
  const cmyk = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#aa3355" } })
    .toColorspace("cmyk")
    .jpeg()
    .toBuffer();
  expect((await give("Photo", "print.jpg", cmyk)).svg).toContain("<image");
  await fillField(ana, { fieldId: idOf("Photo"), value: "" });
  expect((await openCeremony(ana)).fields.find(({ id }) => id === idOf("Photo"))!.value).toBe("");
  expect(
    await refusalOf(fillField(ana, { fieldId: idOf("Photo"), value: uuidV7(1, new Uint8Array(10)) })),
  ).toBe("signing/field-not-yours");
});

test("names and texts at the edge are drawn as they are or refused in words", async () => {
  const ctx = await (await newOrganization()).member("sender");
  const { envelopeId, version, idOf } = await draftOf(ctx, [
    SIGN,
    { name: "Name", type: "name" },
    { name: "Born", type: "day" },
    { name: "Text", type: "text" },
  ]);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  for (const [label, value, refusal] of [
    ["Name", "N".repeat(500), "signing/value-does-not-fit"],
    ["Name", "N".repeat(1_001), "signing/value-too-long"],
    ["Name", "Ana\u202eziuR", "signing/value-not-drawable"],
    ["Name", "Ana \u{1f600}", "signing/value-not-drawable"],
    ["Name", "Zoe\u0308 Nguye\u0302\u0303n", undefined],
    ["Text", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 123", undefined],
    ["Born", "2028-02-29", undefined],
    ["Born", "2026-02-29", "signing/value-wrong"],
  ] as const)
    expect(await refusalOf(fillField(ana, { fieldId: idOf(label), value })), value).toBe(refusal);
});

test("a sensitive answer stands nowhere but where it is kept apart", { timeout: 90_000 }, async () => {
  const organization = await newOrganization();
  const ctx = await organization.member("sender");
  const SECRET = "219-09-9999";
  const { envelopeId, version, idOf } = await draftOf(ctx, [
    SIGN,
    { name: "SSN", type: "ssn", isRequired: true, settings: { isSensitive: true } },
    { name: "Account", type: "text", settings: { isSensitive: true, isPrinted: true } },
  ]);
  await sendEnvelope(ctx, { envelopeId, version });
  const ana = await ready(ctx, envelopeId);
  await fillField(ana, { fieldId: idOf("Signature"), value: "adopted" });
  expect(await refusalOf(finish(ana))).toBe("signing/fields-missing");
  const { svg } = await fillField(ana, { fieldId: idOf("SSN"), value: "219 09 9999" });
  expect(svg).not.toBeNull();
  await fillField(ana, { fieldId: idOf("Account"), value: "ACC-77-SECRET" });
  const view = await openCeremony(ana);
  expect(view.fields.filter(({ type }) => type !== "signature").map(({ value }) => value)).toEqual([
    MASK,
    MASK,
  ]);
  await finish(ana);
  const pdf = await sealed(ctx, envelopeId);
  expect(textOf(pdf)).not.toContain(SECRET);
  expect(textOf(pdf)).toContain("ACC-77-SECRET");
  expect(JSON.stringify(formIn(pdf))).not.toContain(SECRET);

  // No table of the database holds it.
  await inTransaction(ctx, async ({ connection }) => {
    const tables = await connection.execute<{ name: string }>(
      sql`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')`,
    );
    for (const { name } of tables)
      for (const word of [SECRET, "219099999", "ACC-77-SECRET"]) {
        const [found] = await connection.execute<{ count: number }>(
          sql`select count(*)::int as count from ${sql.identifier(name)} t where t::text like ${`%${word}%`}`,
        );
        expect(found!.count, `${name} ${word}`).toBe(0);
      }
  });

  // Looking at it is an act of its own, with a reason, and not everybody's.
  const about = { envelopeId, fieldId: idOf("SSN") };
  const [answer] = (await listAnswers(ctx, { envelopeId })).filter(({ type }) => type === "ssn");
  expect(answer).toMatchObject({ text: MASK, isSensitive: true, mayReveal: true });
  expect(await refusalOf(revealAnswer(ctx, { ...about, reason: " " }))).toBe("signing/reason-missing");
  const viewer = await organization.member("viewer");
  expect(await refusalOf(revealAnswer(viewer, { ...about, reason: "Curious" }))).toBe(
    "authorize/not-allowed",
  );
  const colleague = await organization.member("sender");
  const memberId = (colleague.actor as MemberActor).memberId;
  const ofColleague = async () =>
    (await listAnswers(colleague, { envelopeId })).find(({ type }) => type === "ssn");
  await shareEnvelope(ctx, { envelopeId, memberId, access: "read" });
  expect(await ofColleague()).toMatchObject({ text: MASK, mayReveal: false });
  expect(await refusalOf(revealAnswer(colleague, { ...about, reason: "Curious" }))).toBe(
    "authorize/not-allowed",
  );
  await shareEnvelope(ctx, { envelopeId, memberId, access: "act" });
  expect(await ofColleague()).toMatchObject({ mayReveal: true });
  const stranger = await (await newOrganization()).member("owner");
  expect(await refusalOf(revealAnswer(stranger, { ...about, reason: "Curious" }))).toBe("signing/not-found");
  expect(await revealAnswer(ctx, { ...about, reason: "Tax form" })).toEqual({ value: SECRET });
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.filter(({ type }) => type === "field.revealed")).toMatchObject([
    { data: { field: about.fieldId, reason: "Tax form" } },
  ]);
  const filled = entries.filter(({ type, data }) => type === "field.filled" && data.field === about.fieldId);
  expect(filled).toHaveLength(1);
  expect(filled[0]!.data).toMatchObject({ sealedSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(filled[0]!.data).not.toHaveProperty("value");
});
