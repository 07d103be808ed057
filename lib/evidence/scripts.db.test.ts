import { readFileSync } from "node:fs";
import sharp from "sharp";
import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { fileOf, inFolder, onePage, run, wordsIn } from "#lib/pdf/testing.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { newDraft, personWith, until } from "#lib/signing/testing.ts";
import { download } from "./download.ts";
import { pdfsig } from "./testing-sealed.ts";

const product = testProduct({ runsJobs: true });

const PEOPLE = [
  { script: "Arabic", name: "محمد الفاتح", text: "أوافق على شروط العقد رقم 12" },
  { script: "Hebrew", name: "דנה לוי", text: "אני מסכימה לתנאי החוזה 12" },
  { script: "Hindi", name: "प्रिया शर्मा", text: "मैं अनुबंध की शर्तों से सहमत हूँ" },
  { script: "Japanese", name: "山田 さくら", text: "契約の条件に同意します" },
  { script: "Thai", name: "สมชาย ใจดี", text: "ข้าพเจ้ายอมรับเงื่อนไขของสัญญา" },
] as const;

const SCALE = 3;

/** A picture of what is drawn, dark on white, a little blurred: two renderers smooth edges differently. */
const inked = (image: Buffer, width: number, height: number) =>
  sharp(image)
    .flatten({ background: "white" })
    .resize(width, height, { fit: "fill" })
    .greyscale()
    .blur(1.2)
    .raw()
    .toBuffer();

/** 1 for pictures that are alike in everything, 0 for such as have nothing to do with each other. */
function likeness(a: Buffer, b: Buffer): number {
  const mean = (bytes: Buffer) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, ownA, ownB] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at]! - meanA, b[at]! - meanB];
    both += x * y;
    ownA += x * x;
    ownB += y * y;
  }
  return both / Math.sqrt(ownA * ownB);
}

async function tokenFor(ctx: Context, envelopeId: EnvelopeId, email: string): Promise<string> {
  await until(
    ctx,
    envelopeId,
    ({ trail }) => trail.filter(({ type }) => type === "mail.delivered").length >= 5,
  );
  const mail = (await readOutbox(ctx))!.find(
    (one) => one.toAddress === email && one.envelopeId === envelopeId,
  );
  return /\/sign\/([\w-]+)/.exec((await openOutboxMail(ctx, { mailId: mail!.id }))!.text)![1]!;
}

test("what people of five scripts saw and signed is what the sealed file shows, and strangers find it valid", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const blank = onePage("BT ET").map((object) => object.replace("[0 0 200 100]", "[0 0 595 842]"));
  const draft = await newDraft(
    ctx,
    PEOPLE.map(({ script }) => ({ name: `Signer ${script}` })),
    "parallel",
    fileOf(blank),
  );
  const recipients = draft.content.recipients.map((one, index) => ({ ...one, name: PEOPLE[index]!.name }));
  const content = { ...draft.content, recipients };
  const { version } = await saveDraft(ctx, { ...draft, content });
  await sendEnvelope(ctx, { ...draft, version });
  const { envelopeId, document } = draft;

  const screens: { readonly box: readonly number[]; readonly svg: string; readonly label: string }[] = [];
  for (const [index, { name, text, script }] of PEOPLE.entries()) {
    const person = await personWith(ctx, await tokenFor(ctx, envelopeId, recipients[index]!.email));
    const { consent } = await openCeremony(person);
    const notice = { version: consent.version, locale: consent.locale, sha256: consent.sha256 };
    await giveConsent(person, { ...notice, wording: "Agree and continue" });
    await adoptMarks(person, { signature: { type: "typed", text: name, style: "flowing" }, initials: null });
    for (const { id, type } of (await openCeremony(person)).fields)
      if (type !== "date")
        await fillField(person, { fieldId: id, value: type === "text" ? text : "adopted" });
    const seen = await openCeremony(person);
    for (const { type, svg, x, y, width, height } of seen.fields)
      if (type !== "date")
        screens.push({ box: [x, y, width, height], svg: svg!, label: `${script} ${type}` });
    const shown = seen.documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
    await finishSigning(person, { shown, wording: "Finish", timeZone: "Asia/Tokyo" });
  }
  await until(ctx, envelopeId, ({ state }) => state === "completed", 90_000);
  const wanted = { kind: "document", documentId: document.id, variant: "current" } as const;
  const pdf = concatBytes(await Array.fromAsync((await download(ctx, { envelopeId, wanted })).bytes));

  expect(pdfsig(pdf).match(/Signature Validation: Signature is Valid/g)).toHaveLength(PEOPLE.length + 2);
  const copied = wordsIn(pdf).replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
  for (const { text } of PEOPLE.slice(2)) expect(copied).toContain(text);
  const page = inFolder((file) => {
    run("pdftoppm", ["-r", `${72 * SCALE}`, "-png", "-singlefile", file("a.pdf", pdf), file("page")]);
    return readFileSync(file("page.png"));
  });
  const { width: pageWidth, height: pageHeight } = await sharp(page).metadata();
  const found: (readonly [string, number])[] = [];
  const strangers: number[] = [];
  for (const { box, svg, label } of screens) {
    const [left, top] = [Math.round(box[0]! * pageWidth), Math.round(box[1]! * pageHeight)];
    const [width, height] = [Math.round(box[2]! * pageWidth), Math.round(box[3]! * pageHeight)];
    const cut = await sharp(page).extract({ left, top, width, height }).toBuffer();
    const [sealed, screen] = [await inked(cut, width, height), await inked(Buffer.from(svg), width, height)];
    found.push([label, likeness(sealed, screen)]);
    const other = screens.find(
      (one) => one.label !== label && one.label.split(" ")[1] === label.split(" ")[1],
    )!;
    strangers.push(likeness(sealed, await inked(Buffer.from(other.svg), width, height)));
    expect(Math.min(...sealed)).toBeLessThan(160);
  }
  // Of the same place and size, another person's is something else altogether.
  expect(found.filter(([, alike]) => alike < 0.8)).toEqual([]);
  expect(Math.max(...strangers)).toBeLessThan(0.6);
}, 180_000);
