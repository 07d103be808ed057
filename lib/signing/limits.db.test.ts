import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { decline } from "./decline.ts";
import { fillField } from "./fill-field.ts";
import { approve, finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { previewMark } from "./preview-mark.ts";
import { recordView } from "./record-view.ts";
import { linkFor, personWith, sent } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const typesOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries
    .map(({ type }) => type)
    .filter((type) => type !== "outbox.opened");
const marksOf = ({ organizationId }: Context, envelopeId: EnvelopeId): number => {
  const folder = path.join(product().folder, "files/org", organizationId, "envelopes", envelopeId, "marks");
  return existsSync(folder) ? readdirSync(folder).length : 0;
};
// A red square of 64 by 64 pixels with a white border.
const picture = async () => {
  const { default: sharp } = await import("sharp");
  const border = { top: 8, bottom: 8, left: 8, right: 8, background: "#fff" };
  const image = sharp({ create: { width: 64, height: 64, channels: 3, background: "#c00" } }).extend(border);
  return (await image.png().toBuffer()).toString("base64");
};

async function invited() {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const agree = async () => {
    const { version, locale, sha256 } = (await openCeremony(ana)).consent;
    await giveConsent(ana, { version, locale, sha256, wording: "Agree\u0000 and \u202econtinue" });
  };
  return { ctx, envelopeId, ana, agree };
}

test("before consent nothing is stored, neither a mark's picture nor an event", async () => {
  const { ctx, envelopeId, ana, agree } = await invited();
  const before = await typesOf(ctx, envelopeId);
  const signature = { type: "uploaded" as const, picture: await picture() };
  expect(await refusalOf(adoptMarks(ana, { signature, initials: null }))).toBe("signing/consent-missing");
  expect(marksOf(ctx, envelopeId)).toBe(0);
  expect(await typesOf(ctx, envelopeId)).toEqual(before);
  await agree();
  await adoptMarks(ana, { signature, initials: null });
  expect(marksOf(ctx, envelopeId)).toBe(1);
  expect(await typesOf(ctx, envelopeId)).toEqual([...before, "consent.given", "mark.adopted"]);
  const consent = (await readChain(ctx, envelopeId)).entries.find(({ type }) => type === "consent.given")!;
  expect(consent.data.wording).toBe("Agree and continue");
});

test("agreed many times at the same moment, it is agreed once", async () => {
  const { ctx, envelopeId, agree } = await invited();
  await Promise.all(Array.from({ length: 8 }, agree));
  expect((await typesOf(ctx, envelopeId)).filter((type) => type === "consent.given")).toHaveLength(1);
});

test("only pages that there are count as seen", async () => {
  const { ctx, envelopeId, ana } = await invited();
  const [document] = (await openCeremony(ana)).documents;
  const before = await typesOf(ctx, envelopeId);
  const place = { documentId: document!.id, sha256: document!.sha256 };
  for (const pages of [[2], [0, 1, 4_000]])
    expect(await refusalOf(recordView(ana, { ...place, pages }))).toBe("signing/not-found");
  for (const pages of [[], [-1], [0.5], Array.from({ length: 5_001 }, () => 0)])
    await expect(recordView(ana, { ...place, pages })).rejects.toMatchObject({ name: "ZodError" });
  expect(await typesOf(ctx, envelopeId)).toEqual(before);
});

test.for([
  ["a control character", "pay \u0000now", "signing/value-not-drawable"],
  ["a zero-width space", "pay\u200bnow", "signing/value-not-drawable"],
  ["a change of direction", "pay \u202e001", "signing/value-not-drawable"],
  ["half a character", "pay \ud800", "signing/value-not-drawable"],
  ["a character without a face", "pay \u{12000}", "signing/value-not-drawable"],
  ["more than fits", "W".repeat(400), "signing/value-does-not-fit"],
  ["more than anybody types", "x".repeat(1_001), "signing/value-too-long"],
] as const)("%s in a field is refused, and what stood there stays", async ([, value, code]) => {
  const { ctx, envelopeId, ana, agree } = await invited();
  await agree();
  const fieldId = (await openCeremony(ana)).fields.find(({ type }) => type === "text")!.id;
  await fillField(ana, { fieldId, value: "as agreed" });
  const before = await typesOf(ctx, envelopeId);
  expect(await refusalOf(fillField(ana, { fieldId, value }))).toBe(code);
  expect((await openCeremony(ana)).fields.find(({ id }) => id === fieldId)!.value).toBe("as agreed");
  expect(await typesOf(ctx, envelopeId)).toEqual(before);
});

test("what is typed as a signature is drawn or refused, and a picture is a picture", async () => {
  const { ana, agree } = await invited();
  await agree();
  const typed = (text: string) => ({
    signature: { type: "typed" as const, text, style: "flowing" as const },
    initials: null,
  });
  for (const text of ["Ana\u202eRuiz", "Ana\u0000", "\u{12000}"]) {
    expect(await refusalOf(adoptMarks(ana, typed(text)))).toBe("signing/value-not-drawable");
    expect(await refusalOf(previewMark(ana, { text }))).toBe("signing/value-not-drawable");
  }
  await expect(adoptMarks(ana, typed("x".repeat(121)))).rejects.toMatchObject({ name: "ZodError" });
  for (const bytes of [
    "",
    "not base64 !",
    Buffer.from("%PDF-1.7").toString("base64"),
    (await picture()).slice(0, 60),
  ])
    expect(
      await refusalOf(adoptMarks(ana, { signature: { type: "uploaded", picture: bytes }, initials: null })),
    ).toBe("signing/picture-unreadable");
});

test("a signer does not approve, and declines for a reason that can be read", async () => {
  const { ctx, envelopeId, ana, agree } = await invited();
  await agree();
  const shown = (await openCeremony(ana)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  const before = await typesOf(ctx, envelopeId);
  expect(await refusalOf(approve(ana, { shown, wording: "Approve" }))).toBe("signing/out-of-turn");
  expect(await refusalOf(decline(ana, { reason: "\u0000\u200b " }))).toBe("signing/reason-missing");
  await expect(decline(ana, { reason: "x".repeat(501) })).rejects.toMatchObject({ name: "ZodError" });
  // What is on record as pressed is what our page says, in whatever language, and not what a browser sends.
  for (const wording of ["I waive all rights", "Approve", "Agree and continue"])
    expect(await refusalOf(finishSigning(ana, { shown, wording, timeZone: "UTC" }))).toBe(
      "signing/wording-unknown",
    );
  await expect(finishSigning(ana, { shown, wording: "", timeZone: "UTC" })).rejects.toMatchObject({
    name: "ZodError",
  });
  expect(await typesOf(ctx, envelopeId)).toEqual(before);
  await decline(ana, { reason: "The \u0000rent\u202e" });
  const [row] = await product()
    .admin`select decline_reason from recipients where envelope_id = ${envelopeId}`;
  expect(row!.decline_reason).toBe("The rent");
});

test("a link that is guessed at is asked for sixty times in ten minutes from one network", async () => {
  const { ctx } = await invited();
  const at = new Date("2026-11-20T14:01:00Z");
  const visitor = { ...ctx, runtime: { ...ctx.runtime, now: () => at } } as Context;
  const codes = await Promise.all(
    Array.from({ length: 65 }, (_, index) =>
      refusalOf(personWith(visitor, Buffer.alloc(32, index).toString("base64url"))),
    ),
  );
  expect(codes.filter((code) => code === "signing/not-found")).toHaveLength(60);
  expect(codes.filter((code) => code === "identity/too-many-tries")).toHaveLength(5);
});
