import { expect, test } from "vitest";
import { openFace } from "#lib/pdf/text/harfbuzz.ts";
import { isRefused, layoutText } from "#lib/pdf/text/layout.ts";
import { fonts } from "#lib/pdf/text/testing.ts";
import { type PlacedSign, signsOf } from "./signs.ts";

function signs(text: string, style: "plain" | "flowing" = "plain"): PlacedSign[] {
  const request = { text, style, lines: "single" as const, preferredSizePt: 12, minimumSizePt: 6 };
  const layout = layoutText(request, { widthPt: 400, heightPt: 30, paddingPt: 2 }, fonts);
  if (isRefused(layout)) throw new Error(layout.reason);
  return layout.lines[0]!.runs.flatMap((run) => signsOf(run, openFace(fonts, run.face)));
}

const textsOf = (placed: readonly PlacedSign[]) => placed.map(({ sign }) => sign.text);

test("a letter is one sign, and so is a letter with its marks, a ligature or a conjunct", () => {
  expect(textsOf(signs("Ana"))).toEqual(["A", "n", "a"]);
  expect(textsOf(signs("q\u0323\u0303a"))).toEqual(["q\u0323\u0303", "a"]);
  expect(textsOf(signs("क्षत्रि"))).toEqual(["क्ष", "त्रि"]);
});

test("from right to left, each character has a sign of its own, in the order they are seen", () => {
  expect(textsOf(signs("أحمد"))).toEqual(["د", "م", "ح", "أ"]);
  const vocalized = signs("שָׁל");
  expect(textsOf(vocalized).reverse().join("")).toBe("שָׁל");
  expect(vocalized.map(({ sign }) => sign.parts.length > 0)).toEqual([true, false, false, true]);
});

test("no sign begins before the one on its left ends, even where letters reach under each other", () => {
  for (const placed of [signs("لا إله", "flowing"), signs("محمد الأمين", "flowing"), signs("مُحَمَّد")]) {
    let reach = 0;
    for (const { sign, x } of placed) {
      expect(x).toBeGreaterThanOrEqual(reach);
      reach = x + sign.width;
    }
  }
});
