import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { listRequiredSteps, setRequiredStep } from "#lib/envelopes/authentication/required-steps.ts";
import { getJob, listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import type { NotaryEntry } from "#lib/envelopes/core/attestation.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import { publishTemplate } from "#lib/envelopes/templates/publish-template.ts";
import { useTemplate } from "#lib/envelopes/templates/use-template.ts";
import { download } from "#lib/evidence/download.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { adoptMarks } from "../adopt-mark.ts";
import { correctEnvelope } from "../correction/correct-envelope.ts";
import { delegate } from "../delegate.ts";
import { fillField } from "../fill-field.ts";
import { finishSigning } from "../finish-signing.ts";
import { giveConsent } from "../give-consent.ts";
import { syncKit } from "../offline/sync-kit.ts";
import { deviceOf } from "../offline/testing.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recordView } from "../record-view.ts";
import { linkFor, newDraft, personWith, sign, until } from "../testing.ts";
import { exportJournal, listJournal } from "./journal.ts";
import { saveAttestation, viewAttestation } from "./save-attestation.ts";

const product = testProduct({ runsJobs: true });
const SEALED_MS = 180_000;
const timeZone = "America/Chicago";

const ENTRY: NotaryEntry = {
  ...{ kind: "notary", act: "acknowledgment", venueState: "Texas", venueCounty: "Travis" },
  ...{ identification: "document", identificationDetail: "Texas driver license ending 4411" },
  ...{
    commissionNumber: "12-345-678",
    commissionState: "Texas",
    commissionExpiresOn: "2099-01-31",
    fee: "10.00",
  },
};

type Role = "witness" | "notary";

/** A signer, and after them those who attest it, each with a signature and a block. */
async function draftWith(ctx: Context, roles: readonly Role[]) {
  const names = { witness: "Wes Witness", notary: "Nora Notary" } as const;
  const draft = await newDraft(ctx, [
    { name: "Ana Ruiz" },
    ...roles.map((role) => ({ name: names[role], role })),
  ]);
  const { content, version, documents } = await getDraft(ctx, draft);
  const [signer] = content.recipients;
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const recipients = content.recipients.map((person) =>
    person.role === "witness" ? { ...person, witnessOf: signer!.id } : person,
  );
  const own = recipients.slice(1).flatMap(({ id: recipientId }, index) => {
    const shared = {
      recipientId,
      documentId: documents[0]!.id,
      page: 0,
      label: "",
      isRequired: true,
      x: 0.1,
    };
    return [
      {
        ...shared,
        id: newId(),
        type: "signature" as const,
        y: 0.62 + index * 0.16,
        width: 0.3,
        height: 0.03,
        settings: {},
      },
      {
        ...{ ...shared, id: newId(), type: "text" as const, y: 0.66 + index * 0.16, width: 0.8, height: 0.1 },
        settings: { isBlock: true },
      },
    ];
  });
  const whole: DraftContent = { ...content, recipients, fields: [...content.fields, ...own] };
  const saved = await saveDraft(ctx, { envelopeId: draft.envelopeId, version, content: whole });
  return { envelopeId: draft.envelopeId, version: saved.version, content: whole, blockers: saved.blockers };
}

const personOf = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));

async function prepared(person: Context) {
  const { consent } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  await adoptMarks(person, { signature: { type: "typed", text: "W", style: "flowing" }, initials: null });
  const { fields } = await openCeremony(person);
  for (const { id, type } of fields)
    if (type === "signature") await fillField(person, { fieldId: id, value: "adopted" });
}

async function finish(person: Context): Promise<void> {
  const { documents } = await openCeremony(person);
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(person, { shown, wording: "Finish", timeZone });
}

async function sealedFile(ctx: Context, { documents, id }: EnvelopeView) {
  const wanted = { kind: "document", documentId: documents[0]!.id, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId: id, wanted });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

test("a witness and a notary sign what they state about the signature before theirs", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("owner");
  const draft = await draftWith(ctx, ["witness", "notary"]);
  expect(draft.blockers).toEqual([]);
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  await sign(await personOf(ctx, envelopeId, "Ana Ruiz"));

  const witness = await personOf(ctx, envelopeId, "Wes Witness");
  await prepared(witness);
  expect(await refusalOf(finish(witness))).toBe("signing/attestation-missing");
  expect(await refusalOf(saveAttestation(witness, { entry: ENTRY, timeZone }))).toBe(
    "signing/attestation-not-yours",
  );
  expect(await viewAttestation(witness)).toBeNull();
  await saveAttestation(witness, { entry: { kind: "witness", address: "1 Mill Lane, Austin" }, timeZone });
  const block = (await openCeremony(witness)).fields.find(({ type }) => type === "text")!;
  expect(block.settings.isReadOnly).toBe(true);
  expect(block.value).toMatch(
    /^Witnessed by Wes Witness, 1 Mill Lane, Austin\. I saw Ana Ruiz sign this document on /,
  );
  expect(await refusalOf(fillField(witness, { fieldId: block.id as never, value: "Nothing" }))).toBe(
    "signing/field-not-yours",
  );
  await finish(witness);

  const notary = await personOf(ctx, envelopeId, "Nora Notary");
  await prepared(notary);
  const save = (change: Partial<NotaryEntry>) =>
    refusalOf(saveAttestation(notary, { entry: { ...ENTRY, ...change }, timeZone }));
  expect(await save({ commissionExpiresOn: "2020-01-01" })).toBe("signing/commission-expired");
  expect(await save({ identificationDetail: "" })).toBe("signing/identification-missing");
  await expect(saveAttestation(notary, { entry: { ...ENTRY, venueCounty: "" }, timeZone })).rejects.toThrow();
  await saveAttestation(notary, { entry: ENTRY, timeZone });
  await finish(notary);

  const done = await until(ctx, envelopeId, ({ state }) => state === "completed", SEALED_MS);
  expect(done.certificates.filter(({ kind }) => kind === "signer")).toHaveLength(3);
  const pdf = await sealedFile(ctx, done);
  const { report, text } = inFolder((file) => {
    const path = file("sealed.pdf", pdf);
    return { report: run("pdfsig", [path]).text, text: run("pdftotext", ["-layout", path, "-"]).text };
  });
  // The certification, three people, and the seal.
  expect(report.match(/Signature is Valid\./g)).toHaveLength(5);
  const words = text.replaceAll(/\s+/g, " ");
  expect(words).toContain("Witnessed by Wes Witness, 1 Mill Lane, Austin.");
  expect(words).toContain("State of Texas, County of Travis.");
  expect(words).toContain("Nora Notary, Notary Public, Texas, commission 12-345-678, expires 2099-01-31.");
  const made = done.trail.filter(({ type }) => type === "attestation.made");
  expect(made.map(({ data }) => data.kind)).toEqual(["witness", "notary"]);
  expect(made[1]!.data.entry).toMatchObject({ commissionNumber: "12-345-678", fee: "10.00" });

  const [entry, ...more] = await listJournal(ctx);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ notary: "Nora Notary", entry: ENTRY, title: "Lease 12B" });
  const { bytes } = await exportJournal(ctx);
  const csv = toUtf8(new Uint8Array(await new Response(bytes).arrayBuffer())).split("\r\n");
  expect(csv).toHaveLength(3);
  expect(csv[1]).toContain('"12-345-678","Texas","2099-01-31","10.00"');
  expect((await readChain(ctx, null)).entries.map(({ type }) => type)).toContain("journal.exported");
  expect(await refusalOf(exportJournal(await organization.member("sender")))).toBe("authorize/not-allowed");
  const other = await (await product().newOrganization()).member("owner");
  expect(await listJournal(other)).toEqual([]);
}, 240_000);

test("who attests has a block, and a witness comes right after whom they witness", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId, version, content } = await draftWith(ctx, ["witness", "notary"]);
  let now = version;
  const codes = async (change: (content: DraftContent) => DraftContent) => {
    const saved = await saveDraft(ctx, { envelopeId, version: now, content: change(content) });
    now = saved.version;
    return saved.blockers.map(({ code }) => code);
  };
  const [signer, witness, notary] = content.recipients;
  expect(
    await codes((all) => ({ ...all, fields: all.fields.filter(({ settings }) => !settings.isBlock) })),
  ).toEqual([...["no-block", "no-block"]]);
  const order = (...people: (typeof signer)[]) => codes((all) => ({ ...all, recipients: people as never }));
  expect(await order(witness, signer, notary)).toContain("witness-not-next");
  expect(await order(signer, notary, witness)).toContain("witness-not-next");
  expect(await order(signer, { ...witness!, witnessOf: "" }, notary)).toContain("witness-of-nobody");
  expect(await order(signer, { ...witness!, witnessOf: notary!.id }, notary)).toContain("witness-of-nobody");
  expect(await order(signer, witness, notary)).toEqual([]);
});

test("a class asks for a notary, a template for the witness it has: without them nothing is sent", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("owner");
  await addClass(ctx, {
    name: "Deeds",
    trigger: "completion",
    years: 10,
    basis: "State law",
    isDefault: false,
  });
  const classes = await listRequiredSteps(ctx);
  const usual = classes.find(({ name }) => name === "Deeds")!;
  expect(usual).toMatchObject({ steps: [] });
  const ofClass = async (envelopeId: EnvelopeId) => chooseClass(ctx, { envelopeId, classId: usual.classId });
  await setRequiredStep(ctx, { classId: usual.classId, steps: ["notary"] });
  const plain = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  expect((await getDraft(ctx, plain)).blockers).toEqual([]);
  await ofClass(plain.envelopeId);
  expect(await refusalOf(sendEnvelope(ctx, plain))).toBe("envelopes/not-ready");
  expect((await getDraft(ctx, plain)).blockers).toEqual([{ code: "notary-required" }]);
  await setRequiredStep(ctx, { classId: usual.classId, steps: [] });
  expect((await getDraft(ctx, plain)).blockers).toEqual([]);
  expect(await refusalOf(setRequiredStep(ctx, { classId: plain.envelopeId, steps: [] }))).toBe(
    "envelopes/class-not-found",
  );
  const sender = await organization.member("sender");
  expect(await refusalOf(setRequiredStep(sender, { classId: usual.classId, steps: [] }))).toBe(
    "authorize/not-allowed",
  );

  const { envelopeId } = await draftWith(ctx, ["witness"]);
  const made = await createTemplate(ctx, { fromEnvelopeId: envelopeId });
  const { version } = await getDraft(ctx, made);
  await publishTemplate(ctx, { templateId: made.templateId, draftVersion: version });
  const used = await useTemplate(ctx, { templateId: made.templateId });
  const { content } = await getDraft(ctx, used);
  expect(content.recipients[1]).toMatchObject({ role: "witness", witnessOf: content.recipients[0]!.id });
  const [signer, witness] = content.recipients;
  const without = {
    ...content,
    recipients: [{ ...signer!, name: "Ana", email: "ana@example.com" }],
    fields: content.fields.filter(({ recipientId }) => recipientId !== witness!.id),
  };
  const saved = await saveDraft(ctx, { ...used, content: without });
  expect(saved.blockers).toEqual([{ code: "witness-required" }]);
});

test("a witness hands nothing on, and states who signed in the end where the signer did", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await draftWith(ctx, ["witness"]);
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  const to = { name: "Cai Lund", email: "cai.lund@example.com", phone: "", reason: "On leave" };
  const signer = await personOf(ctx, envelopeId, "Ana Ruiz");
  expect((await openCeremony(signer)).delegation.rule).not.toBe("nobody");
  await delegate(signer, to);
  await sign(await personOf(ctx, envelopeId, "Cai Lund"));
  const witness = await personOf(ctx, envelopeId, "Wes Witness");
  expect((await openCeremony(witness)).delegation.rule).toBe("nobody");
  expect(await refusalOf(delegate(witness, to))).toBe("signing/delegation-attests");
  await prepared(witness);
  await saveAttestation(witness, { entry: { kind: "witness", address: "1 Mill Lane" }, timeZone });
  const block = (await openCeremony(witness)).fields.find(({ type }) => type === "text")!;
  expect(block.value).toContain("I saw Cai Lund sign this document");
  await finish(witness);
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "completed", SEALED_MS);
  const made = trail.find(({ type }) => type === "attestation.made")!;
  expect(made.data.details).toContain("I saw Cai Lund sign this document");
}, 240_000);

test("a witness corrected after the page was opened is the witness of the same signature", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await draftWith(ctx, ["witness"]);
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  await sign(await personOf(ctx, envelopeId, "Ana Ruiz"));
  const witness = await personOf(ctx, envelopeId, "Wes Witness");
  const { id: documentId, sha256 } = (await openCeremony(witness)).documents[0]!;
  await recordView(witness, { documentId, sha256, pages: [0] });
  const now = await getCorrection(ctx, { envelopeId });
  const people = now.people.map(({ id, name, email, phone, check, order }) => {
    const own = { id, name, email, phone, check, order };
    return name === "Wes Witness" ? { ...own, name: "Wim Witness", email: "wim@example.com" } : own;
  });
  const { message, reminderHours } = now;
  await correctEnvelope(ctx, { envelopeId, message, reminderHours, people });
  const rows = await product()
    .admin`select name, witness_of from recipients where envelope_id = ${envelopeId}`;
  const ofNew = rows.find(({ name }) => name === "Wim Witness");
  expect(rows.map(({ name }) => name)).toContain("Wes Witness");
  expect(ofNew!.witness_of).toBe(draft.content.recipients[0]!.id);
}, 240_000);

/** Signs on a device without a network, as the page there does. */
async function signAway(person: Context): Promise<ReturnType<typeof syncKit>> {
  const device = await deviceOf(person);
  const { consent, fields, documents } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  device.act({ type: "consent", version, locale, sha256, wording: "Agree and continue" });
  const signature = { type: "typed", text: "Wes Witness", style: "flowing" } as const;
  device.act({ type: "adopt", signature, initials: null });
  for (const { id, type } of fields)
    if (type === "signature") device.act({ type: "fill", fieldId: id, value: "adopted" });
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  device.act({ type: "finish", shown, wording: "Finish", timeZone });
  return syncKit(person, device.batch());
}

test("a witness signs without a network what they stated before, and nothing before they did", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await draftWith(ctx, ["witness"]);
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  await sign(await personOf(ctx, envelopeId, "Ana Ruiz"));
  const witness = await personOf(ctx, envelopeId, "Wes Witness");
  const early = await signAway(witness);
  expect(early.state).toBe("open");
  expect(early.refused.map(({ act, code }) => [act, code])).toEqual([
    ["finish", "signing/attestation-missing"],
  ]);
  await saveAttestation(witness, { entry: { kind: "witness", address: "1 Mill Lane" }, timeZone });
  expect(await signAway(witness)).toMatchObject({ state: "done", refused: [] });
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "completed", SEALED_MS);
  const made = trail.find(({ type }) => type === "attestation.made")!;
  expect(made.data.details).toMatch(/^Witnessed by Wes Witness, 1 Mill Lane\. I saw Ana Ruiz sign/);
  expect((made.actor as { offline?: object }).offline).toBeDefined();
}, 240_000);

test("a table sends to many, each with a witness of their own signature", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId: id, version, content } = await draftWith(ctx, ["witness"]);
  const [signer, ...others] = content.recipients;
  const open = { ...content, recipients: [{ ...signer!, name: "", email: "" }, ...others] };
  await saveDraft(ctx, { envelopeId: id, version, content: open });
  const table = "Name,Email\nAda Lowe,ada.lowe@example.com\nBo Kent,bo.kent@example.com\n";
  async function* pieces() {
    yield fromUtf8(table);
  }
  const jobId = await uploadTable(ctx, { source: { kind: "draft", id }, fileName: "people.csv" }, pieces());
  expect(await getJob(ctx, { jobId })).toMatchObject({ blockers: [], counts: { rows: { ready: 2 } } });
  await startJob(ctx, { jobId, perMinute: 600 });
  const job = { kind: "system", job: "bulk" } as const;
  const { organizationId, runtime } = ctx;
  expect(await releaseRows(createContext(runtime, { organizationId, actor: job }))).toBe(2);
  const rows = await listJobRowsOf(ctx, { jobId, after: 0, limit: 10 });
  for (const [index, name] of ["Ada Lowe", "Bo Kent"].entries()) {
    const envelopeId = rows[index]!.id;
    await until(ctx, envelopeId, ({ state }) => state === "sent");
    await sign(await personOf(ctx, envelopeId, name));
    const witness = await personOf(ctx, envelopeId, "Wes Witness");
    await prepared(witness);
    await saveAttestation(witness, { entry: { kind: "witness", address: "1 Mill Lane" }, timeZone });
    const block = (await openCeremony(witness)).fields.find(({ type }) => type === "text")!;
    expect(block.value).toContain(`I saw ${name} sign this document`);
    await finish(witness);
    await until(ctx, envelopeId, ({ state }) => state === "completed", SEALED_MS);
  }
}, 300_000);
