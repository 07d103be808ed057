import { expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { Keyword, Lexer, MoreBytesNeeded } from "./lexer.ts";
import { type PdfName, PdfReal, PdfRef, type PdfString, serialize } from "./objects.ts";

const read = (text: string) => new Lexer(fromLatin1(text)).object();
const back = (text: string) => serialize(read(text));

test("objects come back as they were written", () => {
  for (const text of [
    "null",
    "true",
    "-17",
    "4.50",
    ".5",
    "/Name",
    "(text)",
    "<48656c>",
    "12 0 R",
    "[1 2 [3]]",
  ])
    expect(back(text)).toBe(text);
});

test("a real keeps its digits", () => {
  expect(read("0.10000000000000000001")).toBeInstanceOf(PdfReal);
  expect(back("0.10000000000000000001")).toBe("0.10000000000000000001");
});

test("what other programs get wrong in numbers is read as they read it", () => {
  expect(back("--5.5")).toBe("-5.5");
  expect(back("1.2.3")).toBe("1.2");
  expect(back("99999999999999999999")).toBe("99999999999999999999");
});

test("names decode their escapes and keep a number sign that is none", () => {
  expect((read("/A#20B#C3") as PdfName).text).toBe("A B\xc3");
  expect((read("/A#ZZ") as PdfName).text).toBe("A#ZZ");
});

test("strings know escapes, balanced parentheses and line ends", () => {
  const text = (source: string) => toLatin1((read(source) as PdfString).bytes);
  expect(text("(a(b)c\\)\\101\\n\\\r\nx)")).toBe("a(b)c)A\nx");
  expect(text("(one\r\ntwo\rthree)")).toBe("one\ntwo\nthree");
  expect(text("<4 8 6>")).toBe("H`");
});

test("two whole numbers and R are a reference, else three objects", () => {
  expect(read("[1 0 R 2 0 RG]")).toEqual([new PdfRef(1, 0), 2, 0]);
});

test("malformed entries of a dictionary are passed over", () => {
  expect(back("<</A 1 stray /B /C /D>>")).toBe("<</A 1\n/B /C\n>>");
});

test("an object that ends within the bytes is refused, or asks for more when more may follow", () => {
  for (const text of ["(never", "<</A 1", "[1 2", "<48", "/Name"]) {
    expect(() => new Lexer(fromLatin1(text), 0, false).object(), text).toThrow(MoreBytesNeeded);
    if (text !== "/Name")
      expect(() => read(text), text).toThrow(expect.objectContaining({ code: "pdf/damaged" }));
  }
});

test("nesting has a limit", () => {
  expect(() => read("[".repeat(100_000))).toThrow(expect.objectContaining({ code: "pdf/too-complex" }));
});

test("keywords stand for themselves", () => {
  expect(new Lexer(fromLatin1(" endobj ")).next()).toEqual(new Keyword("endobj"));
});
