import { expect, test } from "vitest";
import { packageFonts } from "#lib/adapters/fonts/package-fonts.ts";
import { isolated } from "./isolates.ts";
import { type SetLine, Typesetter } from "./typesetter.ts";

const typesetter = new Typesetter(packageFonts());
const SERIF = { style: "serif", sizePt: 10, leadingPt: 13 } as const;
const MONO = { style: "mono", sizePt: 10, leadingPt: 13 } as const;

const textOf = ({ runs }: SetLine) => runs.map(({ text }) => text).join("");
const set = (text: string, widthPt: number) => typesetter.lines(text, SERIF, widthPt).map(textOf);

test("no line is wider than its column, but for a hair where a pair is set closer", () => {
  const text = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) a.very.long.name@mail.example.com ".repeat(5);
  for (const widthPt of [40, 60, 120, 500])
    for (const line of typesetter.lines(text, SERIF, widthPt))
      expect(line.widthPt).toBeLessThanOrEqual(widthPt + 0.5);
});

test("a word wider than its line is broken after a sign", () => {
  expect(set("someone.somewhere@example.com", 90)).toEqual(["someone.", "somewhere@", "example.com"]);
});

test("even joined letters are broken where they must be", () => {
  const lines = typesetter.lines("محمدمحمدمحمدمحمدمحمدمحمدمحمدمحمدمحمدمحمد", SERIF, 60);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line.widthPt).toBeLessThan(70);
});

test("dates and times stay on one line, with the clock they are read from", () => {
  const lines = set("Sent to all of them on 20 Nov 2026, 14:05:09 UTC by B-LTA", 118);
  expect(lines).toContainEqual(expect.stringContaining("20 Nov 2026,"));
  expect(lines).toContainEqual(expect.stringContaining("14:05:09 UTC"));
  expect(lines).toContainEqual(expect.stringContaining("B-LTA"));
});

test("what is hidden or has no glyph is spelled out", () => {
  expect(set("a\u202eb\u0007 🚀", 500)).toEqual(["a[U+202E]b[U+0007] [U+1F680]"]);
});

test("an isolated name keeps its direction to itself", () => {
  const visual = (text: string) =>
    typesetter
      .lines(text, SERIF, 500)
      .flatMap(({ runs }) => runs.map(({ text }) => text.trim()).filter(Boolean));
  expect(visual("Signed by דנה, 3 of 4")).toEqual(["Signed by", "3", "דנה,", "of 4"]);
  expect(visual(`Signed by ${isolated("דנה")}, 3 of 4`)).toEqual(["Signed by", "דנה", ", 3", "of 4"]);
  expect(isolated("Ana")).toBe("Ana");
});

test("digits stand in groups of four, as many in each line, and are copied as one number", () => {
  const hash = "0123456789abcdef".repeat(4);
  const lines = typesetter.groups(hash, MONO, 250);
  expect(lines.map(textOf)).toEqual([
    "0123 4567 89ab cdef 0123 4567 89ab cdef",
    "0123 4567 89ab cdef 0123 4567 89ab cdef",
  ]);
  expect(lines.map(({ actualText }) => actualText).join("")).toBe(hash);
});

test("a text that is too long for its line ends in an ellipsis", () => {
  const line = typesetter.clipped("Mutual non-disclosure agreement", SERIF, 100)!;
  expect(textOf(line)).toMatch(/^Mutual non-.*…$/);
  expect(line.widthPt).toBeLessThanOrEqual(100);
  expect(textOf(typesetter.clipped("Short", SERIF, 100)!)).toBe("Short");
});

test("a script that stands high gets a higher line", () => {
  const [latin] = typesetter.lines("Ana", SERIF, 100);
  const [arabic] = typesetter.lines("محمد", SERIF, 100);
  expect(latin!.heightPt).toBe(13);
  expect(arabic!.heightPt).toBeGreaterThan(13);
});
