import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { delegate } from "#lib/signing/delegate.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { linkFor, newDraft, personWith, sign, until } from "#lib/signing/testing.ts";
import { download } from "./download.ts";

const product = testProduct({ runsJobs: true });
const PEOPLE = [{ name: "Ana Ruiz", meaning: "approval" }, { name: "Ben Okafor" }] as const;

/** Signature fields of this height, as a part of the page's. */
async function draftWith(ctx: Context, height: number) {
  const draft = await newDraft(ctx, PEOPLE, "parallel");
  const fields = draft.content.fields.map((field) =>
    field.type === "signature" ? { ...field, height } : { ...field, y: field.y + 0.1 },
  );
  const { envelopeId, version } = draft;
  return {
    ...draft,
    ...(await saveDraft(ctx, { envelopeId, version, content: { ...draft.content, fields } })),
  };
}

const bytesOf = async (ctx: Context, input: Parameters<typeof download>[1]) =>
  concatBytes(await Array.fromAsync((await download(ctx, input)).bytes));
const textOf = (pdf: Uint8Array) =>
  inFolder((file) => run("pdftotext", [file("a.pdf", pdf), "-"]).text).replace(/\s+/g, " ");

test("what a signature means is shown, printed in the sealed PDF, bound by the signature, and told in the trail", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const draft = await draftWith(ctx, 0.08);
  expect(draft.blockers).toEqual([]);
  await sendEnvelope(ctx, draft);
  const { envelopeId, document } = draft;
  for (const { name } of PEOPLE) {
    const person = await personWith(ctx, await linkFor(ctx, envelopeId, name));
    expect((await openCeremony(person)).me.meaning).toBe(name === "Ana Ruiz" ? "approval" : null);
    await sign(person);
  }
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
  const acts = trail.filter(({ type }) => type === "recipient.signed");
  expect(acts.map(({ data }) => data.meaning)).toEqual(["approval", undefined]);

  const wanted = { kind: "document", documentId: document.id, variant: "current" } as const;
  const pdf = await bytesOf(ctx, { envelopeId, wanted });
  const text = textOf(pdf);
  expect(text).toMatch(/Signed by Ana Ruiz/);
  expect(text.match(/Meaning: \w+/g)).toEqual(["Meaning: approval"]);
  // In the signatures' own dictionaries, too, which they cover.
  const reasons = inFolder((file) => run("qpdf", ["--json=2", "--json-key=qpdf", file("a.pdf", pdf)]).text);
  const stated = [...reasons.matchAll(/"\/Reason": "u:([^"]*)"/g)].map(([, reason]) => reason);
  expect(stated).toContain("Meaning: approval. I agree to this document and sign it electronically");
  expect(stated).toContain("I agree to this document and sign it electronically");
  expect(inFolder((file) => run("pdfsig", [file("a.pdf", pdf)]).text)).not.toMatch(/Signature is Invalid/);

  const trailText = textOf(await bytesOf(ctx, { envelopeId, wanted: { kind: "audit-trail" } }));
  expect(trailText).toMatch(/Signature means Approval, as the sender stated/);
  expect(trailText).toMatch(/as stated beside the button: approval/);
});

test("where there is no room to print it, the envelope is not sent", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const draft = await draftWith(ctx, 0.03);
  const [ana] = draft.content.recipients;
  expect(draft.blockers).toEqual([{ code: "signature-too-small", recipientId: ana!.id }]);
  expect(await refusalOf(sendEnvelope(ctx, draft))).toBe("envelopes/not-ready");
});

test("whoever it is handed on to takes the meaning over", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const draft = await draftWith(ctx, 0.08);
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const cleo = { name: "Cleo Park", email: "cleo.park@example.com", phone: "", reason: "On leave" };
  await delegate(ana, cleo);
  const instead = await personWith(ctx, await linkFor(ctx, envelopeId, "Cleo Park"));
  expect((await openCeremony(instead)).me.meaning).toBe("approval");
});
