import { describe, expect, test } from "vitest";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { addValidationData, validationDataOf } from "./dss.ts";
import { PdfRef, PdfStream, pdfDict, pdfText } from "./objects.ts";
import { contract, fileOf, inFolder, onePage, openBytes, qpdf, qpdfFaults, run, SEED } from "./testing.ts";
import { Update } from "./update.ts";

const BASES: Readonly<Record<string, () => Uint8Array>> = {
  "a cross-reference table": () => fileOf(onePage("BT /F1 9 Tf (hello) Tj ET")),
  "cross-reference and object streams": () => qpdf(contract(), "--object-streams=generate"),
  "no object streams": () => qpdf(contract(), "--object-streams=disable"),
  linearization: () => qpdf(contract(), "--linearize"),
  "RC4 encryption": () =>
    qpdf(contract(), "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"),
  "AES-128 encryption": () =>
    qpdf(contract(), "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=y", "--"),
  "AES-256 encryption": () => qpdf(contract(), "--encrypt", "", "owner", "256", "--"),
  "bytes before its header": () => concatBytes([fromLatin1("what a mailer left\n"), fileOf(onePage(""))]),
};

const shown = (bytes: Uint8Array, object: string, ...options: string[]) =>
  inFolder((file) =>
    run("qpdf", [...options, `--show-object=${object}`, file("in.pdf", bytes)]).stdout.toString("latin1"),
  );

describe.for(Object.entries(BASES))("an update of a file with %s", ([, make]) => {
  const base = make();
  const update = new Update(openBytes(base), SEED);
  const dict = update.add(pdfDict({ Title: pdfText("Ä title"), Count: 7 }));
  const data = update.add(new PdfStream(pdfDict(), fromLatin1("some bytes ".repeat(300))));
  update.edit(update.file.catalogRef).set("PieceInfo", pdfDict({ Mine: dict, Data: data }));
  const { tail, hole } = update.write();
  const whole = concatBytes([base, tail]);

  test("is appended, of the same kind as what was there, and read by qpdf without fault", () => {
    expect(hole).toBeNull();
    expect(qpdfFaults(whole)).toBe("");
    const hasTable = /\nxref\n/.test(toLatin1(tail));
    expect(hasTable).toBe(openBytes(base).xref.kind !== "stream");
    expect(Number(/\/Prev (\d+)/.exec(toLatin1(tail))![1])).toBe(openBytes(base).xref.startxref);
  });

  test("holds what was put in, in clear to who may read the file and to nobody else", () => {
    expect(shown(whole, `${dict.number}`)).toContain("/Count 7");
    expect(shown(whole, `${data.number}`, "--filtered-stream-data")).toBe("some bytes ".repeat(300));
    expect(toLatin1(tail).includes("some bytes some bytes")).toBe(!openBytes(base).encryption);
  });

  test("is the same for the same seed, and another for another", () => {
    const again = (seed: Uint8Array) => {
      const other = new Update(openBytes(base), seed);
      other.add(new PdfStream(pdfDict(), fromLatin1("some bytes")));
      return toLatin1(other.write().tail);
    };
    expect(again(SEED)).toBe(again(SEED));
    expect(again(new Uint8Array(32).fill(8))).not.toBe(again(SEED));
  });

  test("is gone on from by the next", () => {
    const next = new Update(openBytes(whole), SEED);
    const added = next.add(pdfDict({ Count: 8 }));
    expect(added.number).toBeGreaterThan(data.number);
    const longer = concatBytes([whole, next.write().tail]);
    expect(qpdfFaults(longer)).toBe("");
    expect(shown(longer, `${dict.number}`)).toContain("/Count 7");
    expect(shown(longer, `${added.number}`)).toContain("/Count 8");
  });

  test("keeps validation data as it came, each once, and nothing when nothing is missing", () => {
    const [one, two, three] = ["certificate", "response", "list"].map((text) => fromLatin1(text.repeat(50)));
    const given = { certificates: [one!, one!], ocspResponses: [two!], crls: [three!] };
    const stored = concatBytes([base, addValidationData(openBytes(base), given, SEED)!]);
    expect(validationDataOf(openBytes(stored))).toEqual({ ...given, certificates: [one] });
    expect(qpdfFaults(stored)).toBe("");
    expect(addValidationData(openBytes(stored), given, SEED)).toBeNull();
    const more = { certificates: [two!], ocspResponses: [two!], crls: [] };
    const both = concatBytes([stored, addValidationData(openBytes(stored), more, SEED)!]);
    expect(validationDataOf(openBytes(both))).toEqual({
      certificates: [one, two],
      ocspResponses: [two],
      crls: [three],
    });
    expect(qpdfFaults(both)).toBe("");
  });
});

test("a file whose cross-reference is broken is not updated", () => {
  const broken = fromLatin1(toLatin1(fileOf(onePage(""))).replace(/startxref\n\d+/, "startxref\n9"));
  let code = "";
  try {
    new Update(openBytes(broken), SEED);
  } catch (error) {
    code = isRefusal(error) ? error.code : String(error);
  }
  expect(code).toBe("pdf/damaged");
});

test("an object is changed in its own generation, and what is no dictionary is not edited", () => {
  const update = new Update(openBytes(fileOf(onePage(""))), SEED);
  update.set(new PdfRef(5), pdfDict({ Count: 9 }));
  expect(update.get(new PdfRef(5))).toEqual(pdfDict({ Count: 9 }));
  expect(() => update.edit(new PdfRef(4))).toThrow(/no dictionary/);
  expect(toLatin1(update.write().tail)).toMatch(
    /^5 0 obj\n<<\s*\/Count 9\s*>>\nendobj\nxref\n5 1\n\d{10} 00000 n\r\n/,
  );
});
