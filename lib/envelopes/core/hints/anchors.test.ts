import { describe, expect, test } from "vitest";
import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import { Anchor, anchorsFromSignNow } from "./anchor.ts";
import { readTags } from "./read-tags.ts";

const A4 = { widthPt: 595, heightPt: 842 };
const pageOf = (...lines: readonly string[]): PageCharacter[] =>
  lines.flatMap((line, row) => [
    ...[...line].map((text, column) => {
      const [left, top] = [(50 + column * 6) / A4.widthPt, (100 + row * 20) / A4.heightPt];
      const size = { right: left + 6 / A4.widthPt, bottom: top + 10 / A4.heightPt };
      return { text, left, top, ...size, markedContentId: -1 };
    }),
    { text: "\n", left: 0, top: 0, right: 0, bottom: 0, markedContentId: -1 },
  ]);
const anchor = (change: Partial<Anchor> & { text: string }) => Anchor.parse({ type: "signature", ...change });
const read = (anchors: readonly Anchor[], ...lines: readonly string[]) =>
  readTags(pageOf(...lines), 0, A4.widthPt, A4.heightPt, anchors);

describe("words of an organization", () => {
  test("are found across the end of a line, and the field lies where they begin", () => {
    const { hints, anchored } = read(
      [anchor({ text: "Signature of the tenant", signer: "Tenant" })],
      "Here: Signature of",
      "the tenant",
    );
    expect(hints).toMatchObject([{ from: "tag", type: "signature", signer: "Tenant", isRequired: true }]);
    expect(hints[0]!.x).toBeCloseTo((50 + 6 * 6) / A4.widthPt, 5);
    expect(anchored).toEqual(["Signature of the tenant"]);
  });

  test("stay in the document unless they are said to be taken out", () => {
    expect(read([anchor({ text: "Sign here" })], "Sign here").hints[0]!.tag).toBeUndefined();
    expect(read([anchor({ text: "Sign here", isTakenOut: true })], "Sign here").hints[0]!.tag).toHaveLength(
      1,
    );
  });

  test("put their field aside and as large as they say, in their unit", () => {
    const [hint] = read(
      [anchor({ text: "Sign here", xOffset: 1, yOffset: -0.5, width: 2, height: 0.5, unit: "in" })],
      "Sign here",
    ).hints;
    expect(hint).toMatchObject({
      x: expect.closeTo((50 + 72) / A4.widthPt),
      y: expect.closeTo((100 - 36) / A4.heightPt),
      width: expect.closeTo(144 / A4.widthPt),
      height: expect.closeTo(36 / A4.heightPt),
    });
  });

  test("are whole words, and capitals do not matter, unless it is said otherwise", () => {
    const count = (change: Partial<Anchor>, line: string) =>
      read([anchor({ text: "sign", ...change })], line).hints.length;
    expect(count({}, "Sign, then resign the Signature")).toBe(1);
    expect(count({ isWholeWord: false }, "Sign, then resign the Signature")).toBe(3);
    expect(count({ matchesCase: true }, "Sign and sign")).toBe(1);
  });

  test("go before the tags that are known anyway, and the longer ones before the shorter", () => {
    const both = [
      anchor({ text: "{{signature}}", type: "initials" }),
      anchor({ text: "{{signature}} twice" }),
    ];
    expect(read(both, "{{signature}} twice").hints.map(({ type }) => type)).toEqual(["signature"]);
    expect(read(both, "{{signature}}").hints.map(({ type }) => type)).toEqual(["initials"]);
  });
});

test("a list of signNow becomes words of its own", () => {
  const list = [
    {
      tag_name: "tenant signature",
      role: "Tenant",
      required: true,
      type: "signature",
      width: 100,
      height: 30,
    },
    {
      tag_name: "kind",
      role: "Tenant",
      required: false,
      type: "enumeration",
      enumeration_options: ["Flat", "House"],
    },
    { tag_name: "day", role: "Tenant", required: true, type: "text", lsd: "y" },
  ];
  const anchors = anchorsFromSignNow(JSON.stringify(list));
  const { hints, unknown } = read(anchors, "{{tenant signature}} {{kind}} {{day}}");
  const told = hints.map(({ type, signer, isRequired, settings }) => [type, signer, isRequired, settings]);
  expect(told.toSorted()).toEqual([
    ["date", "Tenant", true, {}],
    ["dropdown", "Tenant", false, { options: ["Flat", "House"] }],
    ["signature", "Tenant", true, {}],
  ]);
  expect(unknown).toEqual([]);
  expect(() => anchorsFromSignNow('[{"tag_name":"a","type":"radiobutton"}]')).toThrow();
  expect(() => anchorsFromSignNow("{}")).toThrow();
});
