import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { undoFilter } from "./filters.ts";
import { pdfDict } from "./objects.ts";

const step = (name: string, parameters: Record<string, number> | null = null) => ({
  name,
  parameters: parameters && pdfDict(parameters),
});
const text = "It is so ordered. ".repeat(40);

test("Flate, also with a wrong checksum or a missing end", () => {
  const packed = new Uint8Array(deflateSync(fromLatin1(text)));
  expect(toLatin1(undoFilter(packed, step("FlateDecode"), 1 << 20))).toBe(text);
  const wrong = packed.slice();
  wrong[wrong.length - 1]! ^= 0xff;
  expect(toLatin1(undoFilter(wrong, step("FlateDecode"), 1 << 20))).toBe(text);
  expect(toLatin1(undoFilter(packed.subarray(0, -4), step("FlateDecode"), 1 << 20))).toBe(text);
});

test("a small stream may not inflate without end", () => {
  const bomb = new Uint8Array(deflateSync(new Uint8Array(8 << 20)));
  expect(() => undoFilter(bomb, step("FlateDecode"), 1 << 20)).toThrow(
    expect.objectContaining({ code: "pdf/too-complex" }),
  );
});

test("every PNG predictor", () => {
  const rows = [
    [0, 10, 20, 30],
    [1, 10, 10, 10],
    [2, 1, 1, 1],
    [3, 5, 5, 5],
    [4, 7, 7, 7],
  ];
  const packed = new Uint8Array(deflateSync(Uint8Array.from(rows.flat())));
  const plain = undoFilter(packed, step("FlateDecode", { Predictor: 15, Columns: 3 }), 1 << 20);
  expect([...plain]).toEqual([10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 20, 30, 17, 27, 37]);
});

test("ASCII hex and base 85", () => {
  expect(toLatin1(undoFilter(fromLatin1("48 65 6C6c6F7>"), step("ASCIIHexDecode"), 99))).toBe("Hellop");
  expect(toLatin1(undoFilter(fromLatin1('87cURD]i,"Ebo80~>'), step("ASCII85Decode"), 99))).toBe(
    "Hello World!",
  );
  expect([...undoFilter(fromLatin1("z~>"), step("ASCII85Decode"), 99)]).toEqual([0, 0, 0, 0]);
});

test("run lengths", () => {
  const packed = concatBytes([Uint8Array.of(2), fromLatin1("abc"), Uint8Array.of(254, 0x78, 128)]);
  expect(toLatin1(undoFilter(packed, step("RunLengthDecode"), 99))).toBe("abcxxx");
});

test("LZW as in the standard's own example", () => {
  // ISO 32000-2 §7.4.4.2: 45 45 45 45 45 65 45 45 45 66
  const packed = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01);
  expect([...undoFilter(packed, step("LZWDecode"), 99)]).toEqual([45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
});

test("an unknown filter is refused", () => {
  expect(() => undoFilter(new Uint8Array(), step("DCTDecode"), 99)).toThrow(
    expect.objectContaining({ code: "pdf/damaged" }),
  );
});
