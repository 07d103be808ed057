import { expect, test } from "vitest";
import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import { findWords } from "./find-words.ts";
import type { FoundPattern } from "./page-edits.ts";
import { coveredPhrases, whatIsWrong } from "./redaction-check.ts";

/** Characters a hundredth of the page wide, a line for each. */
const written = (...lines: readonly string[]): PageCharacter[] =>
  lines.flatMap((line, row) =>
    [...`${line}\n`].map((text, column) => ({
      ...{ text, left: column / 100, right: (column + 0.9) / 100, markedContentId: -1 },
      ...{ top: 0.1 + row * 0.03, bottom: 0.12 + row * 0.03 },
    })),
  );

const found = (characters: readonly PageCharacter[], words: string, patterns: readonly FoundPattern[] = []) =>
  findWords(characters, 0, { words, patterns: [...patterns] }, 100);

test("words are found in any case, over the end of a line and in ligatures", () => {
  const page = written("The Secret  Deal of the oﬃce", "and a SECRET", "deal İ secret deal");
  expect(found(page, "secret deal").map(({ boxes }) => boxes.length)).toEqual([1, 2, 1]);
  expect(found(page, "office")).toMatchObject([{ boxes: [{ x: 0.24 }] }]);
  expect(found(page, "a.c")).toEqual([]);
  expect(found(written("belle-mère (née) [1]"), "belle-mère (née) [1]")).toHaveLength(1);
  expect(
    found(
      written("x").map((one) => ({ ...one, left: 1.2, right: 1.3 })),
      "x",
    ),
  ).toEqual([]);
  const [box] = found(page, "deal")[0]!.boxes;
  expect([box!.x, box!.width]).toEqual([0.12, expect.closeTo(0.039)]);
});

test("addresses, telephone numbers and numbers are found by what they look like", () => {
  const page = written(
    "ana.ruiz+x@mail.example.com",
    "+49 (30) 901820-17 or 555 0199",
    "IBAN DE89 3704 0044 0532 0130 00, § 12",
  );
  const texts = (pattern: FoundPattern) => found(page, "", [pattern]).map(({ text }) => text);
  expect(texts("email")).toEqual(["ana.ruiz+x@mail.example.com"]);
  expect(texts("phone")).toContain("+49 (30) 901820-17");
  expect(texts("number")).toContain("DE89 3704 0044 0532 0130 00");
  expect(texts("number").join()).not.toMatch(/^12$/);
});

test("the check sees what is left over, what is lost, and what moved", () => {
  const before = written("Pay SECRET to Ana");
  const mark = { x: 0.04, y: 0.09, width: 0.06, height: 0.04 };
  const plain = { isPicture: false, drawn: "" };
  const gone = before.filter(({ left }) => left < 0.04 || left >= 0.1);
  expect(whatIsWrong(before, gone, [mark], plain)).toBeNull();
  expect(whatIsWrong(before, before, [mark], plain)).toBe("left-over");
  expect(whatIsWrong(before, gone.slice(0, -3), [mark], plain)).toBe("lost");
  const moved = gone.map((one) =>
    one.left > 0.13 ? { ...one, left: one.left - 0.01, right: one.right - 0.01 } : one,
  );
  expect(whatIsWrong(before, moved, [mark], plain)).toBe("lost");
  expect(coveredPhrases(before, [mark])).toEqual(["SECRET"]);
});
