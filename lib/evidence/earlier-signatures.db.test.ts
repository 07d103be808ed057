import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { concatBytes, fromLatin1, fromUtf8, sha256, sourceOf, toHex, toLatin1 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { getJob, listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { arrangePages } from "#lib/envelopes/documents/arrange-pages.ts";
import { editDocument } from "#lib/envelopes/documents/edit-document.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { fieldsOf } from "#lib/pdf/form.ts";
import { fileOf, onePage, openBytes, qpdfFaults } from "#lib/pdf/testing.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { addressOf, linkFor, personWith, sign, until } from "#lib/signing/testing.ts";
import { checkPackage } from "./check-package.ts";
import { trustAnchorsOf } from "./core/validation/trust-anchors.ts";
import { readZip } from "./core/zip/read-zip.ts";
import { download } from "./download.ts";
import { revalidateEnvelope } from "./revalidate-envelope.ts";
import { otherSigner, SHAPES, signedElsewhere, withForm } from "./testing-elsewhere.ts";
import { packageBytes, readyPackage } from "./testing-package.ts";
import { pdfsig, systemOf } from "./testing-sealed.ts";
import { validateDocument } from "./validate-document.ts";

const product = testProduct({ runsJobs: true });
const otto = otherSigner();
const ina = otherSigner("/O=Third House/CN=Ina Other");
const [shape, certified] = SHAPES as [(typeof SHAPES)[0], (typeof SHAPES)[0]];
const contract = () => fileOf(onePage("BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET"));
const signedTwice = () =>
  signedElsewhere(ina, shape, signedElsewhere(otto, shape, contract(), "Otto"), "Ina");

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** A draft of that file for Ana and Ben, each with these fields. */
async function draftOf(
  ctx: Context,
  pdf: Uint8Array,
  types: readonly ("signature" | "text")[],
  flatten = false,
) {
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const envelopeId = await createEnvelope(ctx, { title: "Lease 12B" });
  const how = flatten ? { flattenSignatures: true } : { keepSignatures: true };
  const document = await addDocument(ctx, { envelopeId, name: "lease.pdf", ...how }, streamOf(pdf));
  const recipients = ["Ana Ruiz", "Ben Noor"].map((name) => ({
    ...{ id: newId(), role: "signer" as const, check: "none" as const, phone: "", language: "" as const },
    ...{
      meaning: "" as const,
      turn: 1,
      name,
      email: addressOf(name),
      alternativeTo: "",
      namedBy: "",
      onlyIf: null,
    },
  }));
  const fields = recipients.flatMap(({ id: recipientId }, person) =>
    types.map((type, index) => ({
      ...{ id: newId(), documentId: document.id, recipientId, type, page: 0, label: "", isRequired: true },
      ...{ settings: {}, x: 0.1 + 0.45 * person, y: 0.1 + 0.4 * index, width: 0.4, height: 0.3 },
    })),
  );
  const content: DraftContent = {
    ...{
      title: "Lease 12B",
      message: "",
      order: "sequential",
      consentMode: "business",
      recipients,
      fields,
      rules: [],
    },
    ...{ asksForEveryPage: false, markLimit: "any", expiryDays: 90, reminderHours: 48 },
  };
  const { version } = await saveDraft(ctx, { envelopeId, version: document.version, content });
  return { envelopeId, version, document };
}

test("an upload that others signed is signed by ours too, and every earlier signature stays valid", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const upload = signedTwice();
  const draft = await draftOf(owner, upload, ["signature"]);
  const { envelopeId, document } = draft;
  expect(document.earlier).toMatchObject({
    areKept: true,
    signatures: [
      { name: "Otto Other", isIntact: true, verdict: "indeterminate" },
      { name: "Ina Other", isIntact: true, certificate: { issuer: expect.stringContaining("Third House") } },
    ],
  });
  await sendEnvelope(owner, draft);
  for (const name of ["Ana Ruiz", "Ben Noor"])
    await sign(await personWith(owner, await linkFor(owner, envelopeId, name)));
  const { trail } = await until(owner, envelopeId, ({ state }) => state === "completed");
  expect(trail.find(({ type }) => type === "document.added")!.data).toMatchObject({
    keepsSignatures: true,
    earlierSignatures: [{ isIntact: true }, { isIntact: true }],
  });

  const wanted = { kind: "document", documentId: document.id, variant: "current" } as const;
  const pdf = concatBytes(await Array.fromAsync((await download(owner, { envelopeId, wanted })).bytes));
  expect(pdf.subarray(0, upload.length)).toEqual(upload);
  expect(qpdfFaults(pdf)).toBe("");
  const poppler = pdfsig(pdf);
  // Otto, Ina, the sender, Ana, Ben, the seal; time-stamps over the document come on top.
  expect(poppler.match(/Signature is Valid/g)!.length).toBeGreaterThanOrEqual(6);
  expect(poppler).not.toMatch(/Signature is Invalid|Digest Mismatch/);
  const names = [...poppler.matchAll(/Signer Certificate Common Name: (.*)/g)].map((found) => found[1]);
  expect(names.slice(0, 2)).toEqual(["Otto Other", "Ina Other"]);
  expect(names).toEqual(expect.arrayContaining(["Ana Ruiz", "Ben Noor"]));

  const { roots, crls } = await publishedTrust(product().runtime);
  const ours = roots.map(trustAnchorOf);
  const theirs = [otto, ina].flatMap(({ certificate }) => trustAnchorsOf(fromLatin1(certificate)));
  const judge = (anchors: typeof ours) =>
    validateDocument(sourceOf(pdf), { name: null, now: new Date(), crls, anchors });
  const all = judge([...ours, ...theirs]);
  expect([all.verdict, all.signatures.filter(({ verdict }) => verdict !== "passed")]).toEqual(["passed", []]);
  const without = judge(ours);
  expect(without.verdict).toBe("indeterminate");
  expect(without.signatures.slice(0, 2).map(({ coverage }) => coverage.changesAfter)).toEqual([
    "allowed",
    "allowed",
  ]);

  expect(await revalidateEnvelope(systemOf(owner, product().runtime), { envelopeId })).toEqual([]);
  await readyPackage(owner, envelopeId);
  const bytes = await packageBytes(owner, envelopeId);
  expect(checkPackage(sourceOf(bytes), { anchors: [], now: new Date() })).toMatchObject({
    verdict: "passed",
  });
  const member = readZip(sourceOf(bytes)).find(({ name }) => name === "01-agreement/1-lease-original.pdf")!;
  expect(toHex(sha256(member.source.read(0, member.source.size)))).toBe(toHex(sha256(upload)));
});

test("anything but one signature of each person stands in the way, and pages are not touched", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const draft = await draftOf(owner, signedTwice(), ["signature", "text"]);
  const { envelopeId, document, version } = draft;
  const { blockers } = await getDraft(owner, { envelopeId });
  expect(blockers.map(({ code }) => code)).toEqual(["breaks-signatures", "breaks-signatures"]);
  await expect(sendEnvelope(owner, draft)).rejects.toMatchObject({ code: "envelopes/not-ready" });
  const kept = { code: "envelopes/signatures-kept" };
  const plan = [{ name: "a.pdf", pages: [{ documentId: document.id, page: 0, turn: 90 as const }] }];
  await expect(arrangePages(owner, { envelopeId, version, plan })).rejects.toMatchObject(kept);
  const place = { page: 0, x: 0.1, y: 0.1, width: 0.2, height: 0.1 };
  const edits = {
    marks: [],
    additions: [{ ...place, kind: "text" as const, text: "Hi", sizePt: 10, color: "ink" as const }],
  };
  await expect(
    editDocument(owner, { envelopeId, documentId: document.id, version, edits }),
  ).rejects.toMatchObject(kept);
});

test("what cannot be kept is told and leaves nothing; flattened, its signatures are read all the same", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const broken = fromLatin1(toLatin1(signedTwice()).replace("One hundred", "Two hundred"));
  const closed = signedElsewhere(otto, certified, contract(), "Otto");
  const final = signedElsewhere(otto, { ...certified, permissions: 1 }, contract(), "Otto");
  await expect(draftOf(owner, broken, ["signature"])).rejects.toMatchObject({
    code: "envelopes/signatures-broken",
  });
  await expect(draftOf(owner, closed, ["signature"])).rejects.toMatchObject({
    code: "envelopes/signatures-closed",
  });
  await expect(draftOf(owner, final, ["signature"])).rejects.toMatchObject({
    code: "envelopes/signatures-certified",
  });
  const { document } = await draftOf(owner, broken, ["signature"], true);
  expect(document.earlier).toMatchObject({
    areKept: false,
    signatures: [
      { name: "Otto Other", isIntact: false, verdict: "failed", reason: "HASH_FAILURE" },
      { name: "Ina Other", isIntact: false },
    ],
  });
});

const signedFile = async (ctx: Context, envelopeId: EnvelopeId, documentId: DocumentId) => {
  const wanted = { kind: "document", documentId, variant: "current" } as const;
  return concatBytes(await Array.fromAsync((await download(ctx, { envelopeId, wanted })).bytes));
};

test("a form of the file's own stays as it is, and the envelope says who had signed before", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const upload = signedElsewhere(otto, shape, withForm("(1000)"), "Otto");
  const draft = await draftOf(owner, upload, ["signature"]);
  const { envelopeId, document } = draft;
  await sendEnvelope(owner, draft);
  for (const name of ["Ana Ruiz", "Ben Noor"])
    await sign(await personWith(owner, await linkFor(owner, envelopeId, name)));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  const pdf = await signedFile(owner, envelopeId, document.id);
  const poppler = pdfsig(pdf);
  expect(poppler.match(/Signature is Valid/g)!.length).toBeGreaterThanOrEqual(5);
  expect(poppler).not.toMatch(/Signature is Invalid|Digest Mismatch/);
  expect(qpdfFaults(pdf)).toBe("");
  const [rent] = [...fieldsOf(openBytes(pdf))].filter(({ name }) => name === "Rent");
  expect(rent).toBeTruthy();
  expect(toLatin1(pdf)).toContain("/T(Rent)/V(1000)");
  const view = await getEnvelope(owner, { envelopeId });
  expect(view.documents[0]!.earlier).toMatchObject({
    areKept: true,
    signatures: [{ kind: "signature", name: "Otto Other", isIntact: true }],
  });
}, 180_000);

test("in bulk every envelope goes out with the earlier signatures as they came", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const upload = signedTwice();
  const newId = () => uuidV7(Date.now(), owner.runtime.random(10));
  const source = await createEnvelope(owner, { title: "Lease" });
  const how = { envelopeId: source, name: "lease.pdf", keepSignatures: true };
  const document = await addDocument(owner, how, streamOf(upload));
  const recipientId = newId();
  await saveDraft(owner, {
    ...{ envelopeId: source, version: document.version },
    content: {
      ...{ title: "Lease", message: "", order: "sequential", consentMode: "business" },
      ...{ asksForEveryPage: false, markLimit: "any" },
      recipients: [
        { id: recipientId, role: "signer", name: "", email: "", check: "none", phone: "", language: "" },
      ],
      fields: [
        {
          ...{ id: newId(), documentId: document.id, recipientId, type: "signature", page: 0, label: "" },
          ...{ isRequired: true, settings: {}, x: 0.1, y: 0.1, width: 0.4, height: 0.3 },
        },
      ],
      rules: [],
    },
  });
  const table = `Name,Email\nAna Ruiz,${addressOf("Ana Ruiz")}\nBen Noor,${addressOf("Ben Noor")}\n`;
  const jobId = await uploadTable(
    owner,
    { source: { kind: "draft", id: source }, fileName: "people.csv" },
    streamOf(fromUtf8(table)),
  );
  expect(await getJob(owner, { jobId })).toMatchObject({ blockers: [], counts: { rows: { ready: 2 } } });
  await startJob(owner, { jobId, perMinute: 600 });
  const rowsSent = async () => (await getJob(owner, { jobId })).counts.rows.sent ?? 0;
  for (let tries = 0; tries < 20 && (await rowsSent()) < 2; tries++)
    await releaseRows(systemOf(owner, product().runtime));
  const rows = await listJobRowsOf(owner, { jobId, after: 0, limit: 10 });
  for (const [index, name] of ["Ana Ruiz", "Ben Noor"].entries()) {
    const { id: envelopeId } = rows[index]!;
    await sign(await personWith(owner, await linkFor(owner, envelopeId, name)));
    const view = await until(owner, envelopeId, ({ state }) => state === "completed");
    expect(view.documents[0]!.earlier).toMatchObject({ areKept: true, signatures: [{}, {}] });
    const pdf = await signedFile(owner, envelopeId, view.documents[0]!.id);
    expect(pdf.subarray(0, upload.length)).toEqual(upload);
    const poppler = pdfsig(pdf);
    const names = [...poppler.matchAll(/Signer Certificate Common Name: (.*)/g)].map((found) => found[1]);
    expect(names.slice(0, 2)).toEqual(["Otto Other", "Ina Other"]);
    expect(names).toContain(name);
    expect(poppler).not.toMatch(/Signature is Invalid|Digest Mismatch/);
  }
}, 180_000);
