import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { delegate } from "./delegate.ts";
import { fillField } from "./fill-field.ts";
import { finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { addressOf, linkFor, newDraft, personWith, sent, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

async function invited() {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const token = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const ana = await personWith(ctx, token);
  const { version, locale, sha256 } = (await openCeremony(ana)).consent;
  await giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
  return { ctx, envelopeId, token, ana };
}

const typesOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);
const shownTo = async (person: Context) =>
  (await openCeremony(person)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
const mark = (person: Context, signature: Parameters<typeof adoptMarks>[1]["signature"]) =>
  adoptMarks(person, { signature, initials: null });
const TYPED = { type: "typed", text: "Ana Ruiz", style: "flowing" } as const;

/** Adopts and fills what must be filled. */
async function filled(person: Context) {
  await mark(person, TYPED);
  for (const { id, type } of (await openCeremony(person)).fields)
    if (type === "signature") await fillField(person, { fieldId: id, value: "adopted" });
}

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#fff" }, limitInputPixels: false });
const ink = (width: number, height: number) =>
  Buffer.from(
    `<svg width="${width}" height="${height}"><path d="M4 ${height - 4}L${width - 4} 4" stroke="#123" stroke-width="6"/></svg>`,
  );

describe("a picture of a signature", () => {
  test.for([
    [
      "an SVG with a script",
      async () => Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ],
    [
      "a HEIC",
      async () => Buffer.from("\u0000\u0000\u0000\u0018ftypheic\u0000\u0000\u0000\u0000mif1heic", "latin1"),
    ],
    ["a ZIP that calls itself a PNG", async () => Buffer.from("PK\u0003\u0004\u0014\u0000", "latin1")],
    ["a PNG of a hundred megapixels", async () => blank(10_000, 10_000).png().toBuffer()],
    ["half a PNG", async () => (await blank(400, 200).png().toBuffer()).subarray(0, 90)],
  ] as const)("that is %s is refused, and the mark before it stays", async ([, make]) => {
    const { ctx, envelopeId, ana } = await invited();
    const before = (await mark(ana, TYPED)).signature;
    const types = await typesOf(ctx, envelopeId);
    const picture = (await make()).toString("base64");
    expect(await refusalOf(mark(ana, { type: "uploaded", picture }))).toBe("signing/picture-unreadable");
    expect((await openCeremony(ana)).marks.signature).not.toBeNull();
    expect(before).toContain("<path");
    expect(await typesOf(ctx, envelopeId)).toEqual(types);
  });

  test("that is a JPEG for printers (CMYK) is drawn in the colors of screens", async () => {
    const { ana } = await invited();
    const image = blank(300, 100).composite([{ input: ink(300, 100) }]);
    const bytes = await sharp(await image.png().toBuffer())
      .toColorspace("cmyk")
      .jpeg()
      .toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe("cmyk");
    const { signature } = await mark(ana, { type: "uploaded", picture: bytes.toString("base64") });
    expect(signature).toContain("<image");
  });
});

test("one dot is no signature, nor are a thousand in one place, and Type is there all the same", async () => {
  const { ctx, envelopeId, ana } = await invited();
  const types = await typesOf(ctx, envelopeId);
  const drawn = (strokes: { x: number; y: number }[][]) =>
    refusalOf(mark(ana, { type: "drawn", strokes, aspect: 3 }));
  expect(await drawn([[{ x: 0.5, y: 0.5 }]])).toBe("signing/mark-too-small");
  expect(await drawn(Array.from({ length: 1_000 }, () => [{ x: 0.5, y: 0.5 }]))).toBe(
    "signing/mark-too-small",
  );
  expect(await drawn([])).toBe("signing/mark-too-small");
  expect(await typesOf(ctx, envelopeId)).toEqual(types);
  await mark(ana, TYPED);
});

describe("an answer", () => {
  /** Somebody asked for a day and some words, who fills them in, and the words of what is sealed then. */
  async function asked() {
    const ctx = await (await product().newOrganization()).member("sender");
    const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
    const fields = draft.content.fields.map((field) =>
      field.type === "date" ? { ...field, type: "day" as const, label: "Born on" } : field,
    );
    const content = { ...draft.content, fields };
    await sendEnvelope(ctx, { ...draft, version: (await saveDraft(ctx, { ...draft, content })).version });
    const ana = await personWith(ctx, await linkFor(ctx, draft.envelopeId, "Ana Ruiz"));
    const { version, locale, sha256 } = (await openCeremony(ana)).consent;
    await giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
    const fill = async (type: "day" | "text", value: string) => {
      const { id } = (await openCeremony(ana)).fields.find((field) => field.type === type)!;
      await fillField(ana, { fieldId: id, value });
    };
    const sealedWords = async () => {
      await filled(ana);
      await finishSigning(ana, { shown: await shownTo(ana), wording: "Finish", timeZone: "UTC" });
      await until(ctx, draft.envelopeId, ({ state }) => state === "completed");
      const wanted = { kind: "document", documentId: draft.document.id, variant: "current" } as const;
      const { bytes } = await download(ctx, { envelopeId: draft.envelopeId, wanted });
      const pdf = new Uint8Array(await new Response(bytes).arrayBuffer());
      return inFolder((at) => run("mutool", ["draw", "-F", "text", at("sealed.pdf", pdf)]).stdout.toString());
    };
    return { fill, sealedWords };
  }

  test("of 29 February is taken and sealed in a leap year, and refused in every other", async () => {
    const { fill, sealedWords } = await asked();
    for (const day of ["2026-02-29", "2100-02-29", "2028-02-30"])
      expect(await refusalOf(fill("day", day))).toBe("signing/value-wrong");
    await fill("day", "2028-02-29");
    expect(await sealedWords()).toContain("29 Feb 2028");
  });

  test("with accents of its own is sealed as it is seen", async () => {
    const { fill, sealedWords } = await asked();
    await fill("day", "2026-03-02");
    await fill("text", "Zoe\u0308 A\u030angstro\u0308m");
    expect((await sealedWords()).normalize("NFC")).toContain("Zoë Ångström");
  });
});

describe("a name", () => {
  async function named(name: string) {
    const ctx = await (await product().newOrganization()).member("sender");
    const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
    const recipients = draft.content.recipients.map((one) => ({ ...one, name }));
    const save = () =>
      saveDraft(ctx, { ...draft, content: { ...draft.content, recipients } }).then(({ version }) =>
        sendEnvelope(ctx, { ...draft, version }),
      );
    return { ctx, draft, save };
  }

  test("of 500 characters is refused before anything is sent, and so is one for whom it is handed on to", async () => {
    const { save } = await named("N".repeat(500));
    await expect(save()).rejects.toMatchObject({ name: "ZodError" });
    const { ctx, envelopeId, ana } = await invited();
    const types = await typesOf(ctx, envelopeId);
    const other = { email: addressOf("Ben Okafor"), reason: "Away" };
    // One more than a certificate's subject takes.
    for (const name of ["N".repeat(500), "N".repeat(65)])
      await expect(delegate(ana, { ...other, name })).rejects.toMatchObject({ name: "ZodError" });
    expect(await refusalOf(delegate(ana, { ...other, name: "Ben 😀" }))).toBe(
      "signing/delegate-name-not-drawable",
    );
    expect(await typesOf(ctx, envelopeId)).toEqual(types);
  });

  test("with an emoji is refused before sending", async () => {
    const { save } = await named("Ana 😀 Ruiz");
    expect(await refusalOf(save())).toBe("envelopes/not-ready");
  });

  test.for([
    ["what turns its direction round", "Ana\u202e Ruiz\u2066", "Ana Ruiz"],
    ["accents of their own", "Zoe\u0308 A\u030angstro\u0308m", "Zoë Ångström"],
    ["marks above and below", "Nguyễn Thị".normalize("NFD"), "Nguyễn Thị"],
  ] as const)("with %s is kept as it is seen", async ([, name, seen]) => {
    const { ctx, draft, save } = await named(name);
    await save();
    const view = await until(ctx, draft.envelopeId, ({ trail }) =>
      trail.some(({ type }) => type === "mail.delivered"),
    );
    expect(view.recipients[0]!.name).toBe(seen);
  });
});

test("in two tabs of one person the last word counts, Finish counts once, and the other tab is told", async () => {
  const { ctx, envelopeId, token, ana } = await invited();
  const other = await personWith(ctx, token);
  await filled(ana);
  const field = (await openCeremony(ana)).fields.find(({ type }) => type === "text")!.id;
  await fillField(ana, { fieldId: field, value: "first tab" });
  await fillField(other, { fieldId: field, value: "second tab" });
  expect((await openCeremony(ana)).fields.find(({ id }) => id === field)!.value).toBe("second tab");
  const finish = async (tab: Context) =>
    finishSigning(tab, { shown: await shownTo(ana), wording: "Finish", timeZone: "Europe/Lisbon" });
  const codes = await Promise.all([refusalOf(finish(ana)), refusalOf(finish(other))]);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.find((code) => code !== undefined)).toMatch(/^signing\/(already-done|not-under-way)$/);
  expect(await refusalOf(fillField(other, { fieldId: field, value: "too late" }))).toMatch(/^signing\//);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect((await typesOf(ctx, envelopeId)).filter((type) => type === "recipient.signed")).toHaveLength(1);
});

test("withdrawn while Finish is pressed, one of the two was first, and the trail says which", async () => {
  for (let round = 0; round < 3; round++) {
    const { ctx, envelopeId, ana } = await invited();
    await filled(ana);
    const shown = await shownTo(ana);
    const [finished, voided] = await Promise.all([
      refusalOf(finishSigning(ana, { shown, wording: "Finish", timeZone: "Europe/Lisbon" })),
      refusalOf(voidEnvelope(ctx, { envelopeId, reason: "Wrong price" })),
    ]);
    const { entries, brokenAt } = await readChain(ctx, envelopeId);
    expect(brokenAt).toBeNull();
    const at = (type: string) => entries.findIndex((entry) => entry.type === type);
    // Whoever signed before it was withdrawn has signed; nobody signs after.
    if (finished) expect([finished, at("recipient.signed")]).toEqual(["signing/not-under-way", -1]);
    else expect(at("recipient.signed")).toBeGreaterThan(-1);
    if (voided) expect(at("envelope.voided")).toBe(-1);
    else if (!finished) expect(at("envelope.voided")).toBeGreaterThan(at("recipient.signed"));
    expect(finished === undefined || voided === undefined).toBe(true);
  }
});
