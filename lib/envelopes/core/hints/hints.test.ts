import { describe, expect, test } from "vitest";
import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import { detectPlaces } from "./detect-places.ts";
import type { FieldHint } from "./hint.ts";
import { readPicture } from "./read-picture.ts";
import { readTags } from "./read-tags.ts";
import { withoutDoubles } from "./without-doubles.ts";

const A4 = { widthPt: 595, heightPt: 842 };
/** Lines of text as a page has them: each character 6 points wide and 10 high, lines 20 points apart. */
function pageOf(...lines: readonly string[]): PageCharacter[] {
  return lines.flatMap((line, row) => [
    ...[...line].map((text, column) => {
      const [left, top] = [(50 + column * 6) / A4.widthPt, (100 + row * 20) / A4.heightPt];
      return {
        text,
        left,
        top,
        right: left + 6 / A4.widthPt,
        bottom: top + 10 / A4.heightPt,
        markedContentId: -1,
      };
    }),
    { text: "\n", left: 0, top: 0, right: 0, bottom: 0, markedContentId: -1 },
  ]);
}
const tagsIn = (...lines: readonly string[]) => readTags(pageOf(...lines), 0, A4.widthPt, A4.heightPt);
const told = (hints: readonly FieldHint[]) =>
  hints.map(({ type, signer, isRequired, label }) => [type, signer, isRequired, label]);

describe("tags", () => {
  test.each<[string, string, unknown[]]>([
    ["plain", "Sign /s1/ here", ["signature", "1", true, ""]],
    ["plain initials", "/i2/", ["initials", "2", true, ""]],
    ["signNow", '{{t:s;r:y;o:"Signer 1";w:100;h:15;}}', ["signature", "1", true, ""]],
    [
      "signNow in single braces",
      '{t:t;r:n;o:"Tenant";l:"Rent";w:90;h:15;}',
      ["text", "Tenant", false, "Rent"],
    ],
    ["signNow in square brackets", '[t:d;r:y;o:"Signer 2";]', ["date", "2", true, ""]],
    ["Documenso", "{{signature, r1, required=true}}", ["signature", "1", true, ""]],
    ["Documenso without more", "{{date, r2}}", ["date", "2", false, ""]],
    ["Dropbox Sign", "[sig|req|signer1]", ["signature", "1", true, ""]],
    ["Dropbox Sign, text", "[text|noreq|signer2|City]", ["text", "2", false, "City"]],
    ["Adobe", "{{Sig_es_:signer1:signature}}", ["signature", "1", true, ""]],
    ["Adobe, a named field", "{{*Rent_es_:signer2}}", ["text", "2", true, "Rent"]],
    ["DocuSeal", "{{Move in;role=Signer1;type=date}}", ["date", "1", true, "Move in"]],
  ])("%s", (_, line, expected) => {
    const { hints, unknown } = tagsIn(line);
    expect(told(hints)).toEqual([expected]);
    expect(unknown).toEqual([]);
  });

  test.each<[string, Partial<FieldHint>]>([
    ['{{t:t;r:y;o:"1";l:"Due";f:"MM/DD/YYYY";}}', { type: "day", settings: { dateStyle: "03/01/2026" } }],
    ['{{t:t;r:y;o:"1";v:"13435fa6c2a17f83177fcbb5c4a9376ce85befeb";}}', { type: "day" }],
    ['{{t:t;r:y;o:"1";v:"email";}}', { type: "email" }],
    ['{{t:t;r:y;o:"1";lsd:y;}}', { type: "date" }],
    [
      '{{t:t;r:n;o:"1";p:"Texas";al:c;h:10;i:3;}}',
      { settings: { value: "Texas", align: "center" }, height: expect.closeTo(30 / A4.heightPt) },
    ],
    ['{{t:r;o:"1";rn:"Pets";rv:"Cats";}}', { type: "radio", settings: { group: "Pets", option: "Cats" } }],
    [
      '{{t:h;o:"1";lk:"https://example.com/terms";ht:"Terms";}}',
      { type: "link", settings: { url: "https://example.com/terms", value: "Terms" } },
    ],
    ['{{t:f;r:y;o:"1";l:"Photo";}}', { type: "attachment", label: "Photo" }],
  ])("%s keeps all that it says", (line, expected) => {
    const [hint] = tagsIn(line).hints;
    expect(hint).toMatchObject(expected);
    expect(hint!.left).toBeUndefined();
    expect(hint!.text).toBe(line);
  });

  test("what of a tag no field can hold is named", () => {
    const [hint] = tagsIn('{{t:t;r:y;o:"1";f:"## ##";v:"abc";vl:b;}}').hints;
    expect(hint!.left).toEqual(["f:## ##", "v:abc", "vl:b"]);
  });

  test("one that breaks at the end of a line is read, and lies where it begins", () => {
    const { hints } = tagsIn("Here {{signature, r1,", "required=true}} and so on");
    expect(told(hints)).toEqual([["signature", "1", true, ""]]);
    expect(hints[0]!.x).toBeCloseTo(80 / A4.widthPt, 5);
    expect(hints[0]!.y).toBeCloseTo(100 / A4.heightPt, 5);
  });

  test("a size that it names is the field's, and the page ends it", () => {
    const [hint] = tagsIn('{{t:t;w:200;h:30;o:"1";}}').hints;
    expect(hint).toMatchObject({
      width: expect.closeTo(200 / A4.widthPt),
      height: expect.closeTo(30 / A4.heightPt),
    });
    const [wide] = tagsIn('{{t:t;w:9000;h:30;o:"1";}}').hints;
    expect(wide!.x + wide!.width).toBeCloseTo(1);
  });

  test("what looks like a tag and says nothing known is reported", () => {
    const { hints, unknown } = tagsIn("{{frobnicate}}", "[sig|maybe|x]", "[1] a footnote, {not} one");
    expect(hints).toEqual([]);
    expect(unknown.map(({ text }) => text)).toEqual(["{{frobnicate}}", "[sig|maybe|x]"]);
  });

  test("text without end is read in no time", () => {
    const { hints } = tagsIn("{".repeat(5_000), "[sig|".repeat(3_000), '{{t:"'.repeat(3_000));
    expect(hints).toEqual([]);
  });
});

describe("what a page looks like", () => {
  const detect = (lines: readonly string[], drawn: Parameters<typeof detectPlaces>[1] = []) =>
    detectPlaces(pageOf(...lines), drawn, 0, A4).map(({ type, label }) => [type, label]);

  test("underscores with a label before them", () => {
    expect(detect(["Signature: ____________________", "Date: __________", "City: __________"])).toEqual([
      ["signature", ""],
      ["date", ""],
      ["text", "City"],
    ]);
  });

  test("a drawn line with its label below, in another language", () => {
    const line = { x: 50 / A4.widthPt, y: 98 / A4.heightPt, width: 0.3, height: 0.001 };
    expect(detect(["Unterschrift des Mieters"], [line])).toEqual([["signature", ""]]);
  });

  test.each([
    ["Chữ ký: ", "signature"],
    ["Imię i nazwisko: ", "name"],
    ["Підпис: ", "signature"],
    ["Електронна пошта: ", "email"],
    ["التوقيع: ", "signature"],
    ["رقم الهاتف: ", "phone"],
    ["שם החברה: ", "company"],
    ["दिनांक: ", "date"],
    ["हस्ताक्षर: ", "signature"],
    ["電話番号: ", "phone"],
    ["金额: ", "amount"],
    ["이메일: ", "email"],
    ["Handtekening: ", "signature"],
    ["Stanowisko: ", "title"],
    ["Aggiornamento: ", "text"],
    ["Predating: ", "text"],
  ])("%s is a label for %s", (label, type) => {
    expect(detect([`${label}____________________`])[0]?.[0]).toBe(type);
  });

  test("boxes to tick, as signs and as squares", () => {
    const square = {
      x: 30 / A4.widthPt,
      y: 119 / A4.heightPt,
      width: 12 / A4.widthPt,
      height: 12 / A4.heightPt,
    };
    expect(detect(["☐ I agree", "I have read it"], [square])).toEqual([
      ["checkbox", "I agree"],
      ["checkbox", "I have read it"],
    ]);
  });

  test("a line that stands alone is none", () => {
    expect(detect(["Some words"], [{ x: 0.1, y: 0.6, width: 0.5, height: 0.001 }])).toEqual([]);
  });
});

describe("a scanned page", () => {
  const SCALE = 2;
  const [width, height] = [1190, 1684];
  /** White paper with dark rectangles, in points. */
  function scan(...marks: readonly (readonly [number, number, number, number])[]) {
    const pixels = new Uint8Array(width * height).fill(235);
    for (const [left, top, right, bottom] of marks)
      for (let y = top * SCALE; y < bottom * SCALE; y++)
        pixels.fill(60, y * width + left * SCALE, y * width + right * SCALE);
    return { pixels, width, height, scale: SCALE };
  }
  const words = (left: number, top: number) =>
    Array.from({ length: 12 }, (_, at) => [left + at * 5, top, left + at * 5 + 3, top + 7] as const);
  const frame = (left: number, top: number, side: number) =>
    [
      [left, top, left + side, top + 1],
      [left, top + side - 1, left + side, top + side],
      [left, top, left + 1, top + side],
      [left + side - 1, top, left + side, top + side],
    ] as const;

  test("lines with words beside or below them, and hollow squares", () => {
    const found = readPicture(
      scan(
        ...[...words(60, 193), [125, 200, 300, 201] as const],
        ...[[60, 400, 240, 401] as const, ...words(60, 404)],
        ...[...frame(60, 500, 11), ...words(76, 502)],
      ),
    );
    expect(found.map(({ kind, label }) => [kind, label])).toEqual([
      ["line", "before"],
      ["line", "below"],
      ["box", "before"],
    ]);
    expect(found[0]).toMatchObject({ x: expect.closeTo(125 / 595, 2), width: expect.closeTo(175 / 595, 2) });
    expect(found[2]).toMatchObject({ y: expect.closeTo(500 / 842, 2), height: expect.closeTo(11 / 842, 2) });
    const hints = detectPlaces([], [], 0, A4, found);
    expect(hints.map(({ type }) => type)).toEqual(["text", "signature", "checkbox"]);
  });

  test("a line askew by half a degree is one line", () => {
    const steps = Array.from(
      { length: 4 },
      (_, at) => [60 + at * 45, 400 + at / 2, 105 + at * 45, 401 + at / 2] as const,
    );
    const found = readPicture(scan(...steps, ...words(60, 405)));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ width: expect.closeTo(180 / 595, 2) });
  });

  test("what is written on, underlined, alone, solid or across the page is none", () => {
    const found = readPicture(
      scan(
        ...[...words(100, 191), [100, 200, 200, 201] as const],
        ...[[60, 300, 240, 301] as const],
        ...[[60, 400, 240, 408] as const, ...words(60, 412)],
        ...[[30, 500, 570, 501] as const, ...words(60, 505)],
        ...[[60, 600, 71, 611] as const],
      ),
    );
    expect(found).toEqual([]);
  });
});

test("the label in the row goes before a nearer one in the row above", () => {
  const line = { x: 0.35, y: 124 / A4.heightPt, width: 0.2, height: 0.001 };
  const above = "Accepted with signature";
  expect(detectPlaces(pageOf(above, "Date"), [line], 0, A4).map(({ type }) => type)).toEqual(["date"]);
});

test("what the document says goes before what it looks like", () => {
  const hint = {
    page: 0,
    x: 0.1,
    y: 0.1,
    width: 0.2,
    height: 0.03,
    label: "",
    isRequired: true,
    settings: {},
    signer: null,
  };
  const [form, look] = [
    { ...hint, from: "form" as const, type: "text" as const },
    { ...hint, from: "look" as const, type: "signature" as const, y: 0.105 },
  ];
  expect(withoutDoubles([form, look, { ...look, y: 0.5 }])).toEqual([form, { ...look, y: 0.5 }]);
});
