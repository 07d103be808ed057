import { expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { fieldsOf } from "./form.ts";
import { PdfStream } from "./objects.ts";
import { pageBoxOf, pagesOf } from "./pages.ts";
import type { PdfFile } from "./reader.ts";
import { contract, fileOf, onePage, openBytes, qpdf, stream } from "./testing.ts";

const contentOf = (file: PdfFile) => {
  const page = pagesOf(file).next().value!;
  const content = file.resolve(page.dict.get("Contents"));
  return content instanceof PdfStream ? toLatin1(file.decoded(content)) : "";
};
const code = (bytes: Uint8Array) => {
  try {
    openBytes(bytes);
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test.each([
  ["a plain table", []],
  ["object and cross-reference streams", ["--object-streams=generate"]],
  ["a linearized file", ["--linearize"]],
  ["a linearized file with object streams", ["--linearize", "--object-streams=generate"]],
  ["RC4 of 40 bits", ["--allow-weak-crypto", "--encrypt", "", "owner", "40", "--"]],
  ["RC4 of 128 bits", ["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"]],
  ["AES-128", ["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=y", "--"]],
  ["AES-256", ["--encrypt", "", "owner", "256", "--"]],
  ["AES-256 of the first kind", ["--encrypt", "", "owner", "256", "--force-R5", "--"]],
  ["AES-256 with plain metadata", ["--encrypt", "", "owner", "256", "--cleartext-metadata", "--"]],
])("%s reads the same", (_, options) => {
  const plain = openBytes(contract());
  const bytes = qpdf(contract(), ...options);
  const file = openBytes(bytes);
  expect(file.condition.isDamaged).toBe(false);
  expect(contentOf(file)).toBe(contentOf(plain));
  expect([...pagesOf(file)]).toHaveLength(2);
});

test("a file opens with either password, and says when it needs one", () => {
  const bytes = qpdf(contract(), "--encrypt", "reader", "owner", "256", "--");
  expect(code(bytes)).toBe("pdf/needs-password");
  expect(contentOf(openBytes(bytes, "reader"))).toBe(contentOf(openBytes(contract())));
  expect(contentOf(openBytes(bytes, "owner"))).toBe(contentOf(openBytes(contract())));
  const old = qpdf(
    contract(),
    "--allow-weak-crypto",
    "--encrypt",
    "reader",
    "owner",
    "128",
    "--use-aes=n",
    "--",
  );
  expect(contentOf(openBytes(old, "owner"))).toBe(contentOf(openBytes(contract())));
});

test("offsets that count from the header are understood", () => {
  const bytes = fromLatin1(`some mail header\r\n\r\n${toLatin1(fileOf(onePage("q Q")))}`);
  const file = openBytes(bytes);
  expect(file.condition).toMatchObject({ isDamaged: false, headerAt: 20 });
  expect(contentOf(file)).toBe("q Q");
});

test("without a usable cross-reference the objects are looked for", () => {
  const good = toLatin1(fileOf(onePage("BT ET")));
  for (const broken of [
    good.replace(/startxref\n\d+/, "startxref\n7"),
    good.replace(/xref\n0 6[\s\S]*?trailer/, "trailer"),
    good.slice(0, good.indexOf("xref")),
    good.replaceAll("00000 n", "00000 x"),
  ]) {
    const file = openBytes(fromLatin1(broken));
    expect(file.condition.isDamaged).toBe(true);
    expect(contentOf(file)).toBe("BT ET");
  }
});

test("one wrong offset is mended when its object is asked for", () => {
  const good = toLatin1(fileOf(onePage("BT ET")));
  const offset = good.indexOf("4 0 obj");
  const file = openBytes(fromLatin1(good.replace(String(offset).padStart(10, "0"), "0000000009")));
  expect(contentOf(file)).toBe("BT ET");
  expect(file.condition.isDamaged).toBe(true);
});

test("looking for objects does not look inside streams", () => {
  const inner = toLatin1(fileOf(onePage("(hidden) Tj")));
  const good = toLatin1(fileOf([...onePage("BT ET"), stream(inner)]));
  const file = openBytes(fromLatin1(good.replace(/startxref\n\d+/, "startxref\n7")));
  expect(contentOf(file)).toBe("BT ET");
});

test("a stream's Length may lie, be indirect or be missing", () => {
  const [catalog, pages, page, , font] = onePage("");
  for (const entry of ["/Length 3", "/Length 99999", "/Length 6 0 R", "/Length 4 0 R", ""]) {
    const bytes = fileOf([catalog!, pages!, page!, `<<${entry}>>\nstream\nBT ET\nendstream`, font!, "5"]);
    expect(contentOf(openBytes(bytes)), entry).toBe("BT ET");
  }
});

test("loops in references, pages, forms and sections end", () => {
  const loops = fileOf([
    "<</Type /Catalog /Pages 2 0 R /AcroForm 5 0 R>>",
    "<</Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 9>>",
    "<</Type /Page /MediaBox 4 0 R /Parent 2 0 R>>",
    "4 0 R",
    "<</Fields [6 0 R 5 0 R]>>",
    "<</T (a) /Kids [6 0 R 7 0 R]>>",
    "<</T (b) /FT /Tx /Parent 6 0 R /Kids [6 0 R]>>",
  ]);
  const file = openBytes(loops);
  expect([...pagesOf(file)]).toHaveLength(1);
  expect([...fieldsOf(file)].length).toBeLessThan(4);
  const good = toLatin1(fileOf(onePage("")));
  const start = /startxref\n(\d+)/.exec(good)![1]!;
  expect([
    ...pagesOf(openBytes(fromLatin1(good.replace("/Root 1 0 R", `/Root 1 0 R /Prev ${start}`)))),
  ]).toHaveLength(1);
});

test("what is no PDF says so", () => {
  expect(code(fromLatin1("<html>"))).toBe("pdf/not-a-pdf");
  expect(code(new Uint8Array())).toBe("pdf/not-a-pdf");
  expect(code(fromLatin1("%PDF-1.7\nnothing"))).toBe("pdf/damaged");
});

test("every cut of a file is refused cleanly or read", () => {
  const bytes = fileOf(onePage("BT (text) Tj ET"));
  for (let length = 0; length < bytes.length; length += 3) {
    const found = code(bytes.slice(0, length));
    expect([undefined, "pdf/not-a-pdf", "pdf/damaged"]).toContain(found);
  }
});

test("a page's box is its crop box within its media box, turned by whole quarters", () => {
  const boxOf = (page: string) => {
    const file = openBytes(fileOf(onePage("", page)));
    return pageBoxOf(file, pagesOf(file).next().value!);
  };
  expect(boxOf("")).toMatchObject({
    left: 0,
    bottom: 0,
    widthPt: 200,
    heightPt: 100,
    rotation: 0,
    userUnit: 1,
  });
  expect(boxOf("/CropBox [150 90 -20 10] /Rotate -90")).toMatchObject({
    ...{ left: 0, bottom: 10, widthPt: 150, heightPt: 80, rotation: 270 },
  });
  expect(boxOf("/CropBox [500 500 600 600] /Rotate 450 /UserUnit 2")).toMatchObject({
    ...{ widthPt: 200, heightPt: 100, rotation: 90, userUnit: 2 },
  });
});
