import { expect, test } from "vitest";
import { comparePair, type Recorded, typedSha256, typedShortId } from "./printed-pair.ts";

const hash = (digit: string) => digit.repeat(64);
const RECORDED: readonly Recorded[] = [
  { kind: "newest", sha256: hash("a") },
  { kind: "earlier", sha256: `${"a".repeat(11)}${"b".repeat(53)}` },
  { kind: "original", sha256: hash("c") },
];
const typed = (text: string) => comparePair(RECORDED, { typed: text, file: null });

test("a number is read as people type it, and nothing else is one", () => {
  for (const text of ["WH-7K2M-9QXD", "wh 7k2m 9qxd", "7k2m9qxd", "WH–7K2M–9QXD "])
    expect(typedShortId(text)).toBe("WH-7K2M-9QXD");
  expect(typedShortId("WH-OIL0-1111")).toBe("WH-0110-1111");
  // Eight letters that begin as the prefix does.
  expect(typedShortId("WHWHWHWH")).toBe("WH-WHWH-WHWH");
  for (const text of ["", "WH-7K2M-9QX", "WH-7K2M-9QXDD", "WH-7K2U-9QXD", "%%%%%%%%", "ＷＨ７Ｋ２Ｍ９ＱＸＤ"])
    expect(typedShortId(text)).toBeNull();
});

test("the beginning of a hash is read in groups, and less than twelve digits are none", () => {
  expect(typedSha256("AAAA bbbb cc:cc")).toBe("aaaabbbbcccc");
  expect(typedSha256(hash("f"))).toBe(hash("f"));
  for (const text of ["", "aaaabbbbccc", `${hash("f")}0`, "aaaabbbbcccg", "aaaa%bbbb_cccc"])
    expect(typedSha256(text)).toBeNull();
});

test("what is held is told apart from what was recorded", () => {
  expect(typed("a".repeat(12))).toEqual({ kind: "newest", typed: "equal", file: null });
  expect(typed(`${"a".repeat(11)}b`)).toMatchObject({ kind: "earlier" });
  expect(typed("d".repeat(12))).toBeNull();
  expect(comparePair([], { typed: "a".repeat(12), file: hash("a") })).toBeNull();
});

test("a file beside printed characters is told by itself", () => {
  const both = (file: string) => comparePair(RECORDED, { typed: "a".repeat(12), file });
  expect(both(hash("a"))).toEqual({ kind: "newest", typed: "equal", file: "equal" });
  expect(both(hash("c"))).toEqual({ kind: "original", typed: "other", file: "equal" });
  expect(both(hash("d"))).toEqual({ kind: "newest", typed: "equal", file: "other" });
  expect(comparePair(RECORDED, { typed: null, file: hash("d") })).toBeNull();
});
