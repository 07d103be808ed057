import { randomBytes } from "node:crypto";

const SIDE = 1024;

/** A PDF of about that many MB that nothing can make smaller: one page for each, with an image of noise. */
export function* largePdf(megabytes: number): Generator<Uint8Array> {
  const offsets: number[] = [];
  let position = 0;
  const written = (...parts: (string | Uint8Array)[]) => {
    const bytes = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
    position += bytes.length;
    return bytes;
  };
  const object = (number: number, ...parts: (string | Uint8Array)[]) => {
    offsets[number] = position;
    return written(`${number} 0 obj\n`, ...parts, "\nendobj\n");
  };
  yield written("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
  const pages = Array.from({ length: megabytes }, (_, index) => 3 + index * 3);
  yield object(1, "<</Type /Catalog /Pages 2 0 R>>");
  yield object(
    2,
    `<</Type /Pages /Count ${megabytes} /Kids [${pages.map((page) => `${page} 0 R`).join(" ")}]>>`,
  );
  for (const page of pages) {
    const content = "q 400 0 0 400 97 300 cm /Noise Do Q";
    yield object(
      page,
      `<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${page + 1} 0 R`,
      ` /Resources <</XObject <</Noise ${page + 2} 0 R>>>>>>`,
    );
    yield object(page + 1, `<</Length ${content.length}>>\nstream\n${content}\nendstream`);
    yield object(
      page + 2,
      `<</Type /XObject /Subtype /Image /Width ${SIDE} /Height ${SIDE} /ColorSpace /DeviceGray`,
      ` /BitsPerComponent 8 /Length ${SIDE * SIDE}>>\nstream\n`,
      randomBytes(SIDE * SIDE),
      "\nendstream",
    );
  }
  const start = position;
  const rows = offsets.slice(1).map((offset) => `${String(offset).padStart(10, "0")} 00000 n\r\n`);
  yield written(
    `xref\n0 ${offsets.length}\n0000000000 65535 f\r\n${rows.join("")}`,
    `trailer\n<</Size ${offsets.length} /Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`,
  );
}
