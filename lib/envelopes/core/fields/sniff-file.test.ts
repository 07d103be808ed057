import { expect, test } from "vitest";
import { sniffFile } from "./sniff-file.ts";

const bytes = (...parts: (string | readonly number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : part)),
  );
const ZIP = [0x50, 0x4b, 3, 4];
const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const png = (width: number, height: number) => {
  const header = Buffer.alloc(16);
  header.write("IHDR", 4, "latin1");
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  return bytes(PNG, [...header]);
};

test.for([
  ["a ZIP file called .png", bytes(ZIP, "stuff"), "photo.png", { refusal: "disguised" }],
  ["a ZIP file", bytes(ZIP, "stuff"), "all.zip", { refusal: "kind" }],
  ["a program", bytes("MZ\u0000\u0001"), "tool.exe", { refusal: "kind" }],
  ["a program called .pdf", bytes("MZ\u0000\u0001"), "paper.pdf", { refusal: "disguised" }],
  ["a drawing with a script", bytes("<svg onload='x()'/>"), "a.svg", { refusal: "svg" }],
  ["such a drawing called .txt", bytes("<?xml version='1.0'?><svg/>"), "a.txt", { refusal: "svg" }],
  ["a page of the web called .txt", bytes("<!DOCTYPE html><script>"), "a.txt", { refusal: "kind" }],
  ["a picture of a telephone", bytes([0, 0, 0, 24], "ftypheic0000"), "IMG_1.HEIC", { refusal: "heic" }],
  ["such a picture called .jpg", bytes([0, 0, 0, 24], "ftypmif1"), "IMG_1.jpg", { refusal: "heic" }],
  ["nothing", bytes(), "a.pdf", { refusal: "empty" }],
  ["a PDF called .png", bytes("%PDF-1.7"), "a.png", { refusal: "disguised" }],
  ["a PDF", bytes("%PDF-1.7"), "a.PDF", { mediaType: "application/pdf", kind: "pdf" }],
  ["a text", bytes("a,b\r\n1,2"), "a.csv", { mediaType: "text/plain", kind: "text" }],
  ["a letter", bytes(ZIP, "word/document.xml"), "a.docx", { kind: "office" }],
  ["a ZIP file called .docx", bytes(ZIP, "evil.js"), "a.docx", { refusal: "disguised" }],
] as const)("%s is looked through", ([, content, name, found]) => {
  expect(sniffFile(content, name)).toMatchObject(found);
});

test("the size of a picture is known before anything is unpacked", () => {
  expect(sniffFile(png(10_000, 10_000), "a.png")).toMatchObject({ pixels: 100_000_000 });
  const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0x10, 0x00, 0x20, 0x00, 3]);
  expect(sniffFile(jpeg, "a.jpeg")).toMatchObject({ mediaType: "image/jpeg", pixels: 0x1000 * 0x2000 });
  expect(sniffFile(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0]), "a.jpg")).toMatchObject({ pixels: null });
});
