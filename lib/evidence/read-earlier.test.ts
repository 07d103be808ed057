import { expect, test } from "vitest";
import { concatBytes, fromLatin1, sourceOf, toLatin1 } from "#lib/bytes.ts";
import { addSignatureFields } from "#lib/pdf/add-fields.ts";
import { fileOf, inFolder, onePage, openBytes, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { trustAnchorsOf } from "./core/validation/trust-anchors.ts";
import { readEarlier } from "./read-earlier.ts";
import { otherSigner, SHAPES, signedElsewhere, withForm } from "./testing-elsewhere.ts";

const signer = otherSigner();
const seed = new Uint8Array(32).fill(7);
const [plainShape, certifiedShape] = SHAPES as [(typeof SHAPES)[0], (typeof SHAPES)[0]];
const contract = () => fileOf(onePage("BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET"));
const signed = (shape = plainShape, base = contract()) => signedElsewhere(signer, shape, base, "Otto");
const read = (
  bytes: Uint8Array,
  changes: Record<string, number> = { "signatures-flattened": 1 },
  anchors = "",
) =>
  readEarlier(
    sourceOf(bytes),
    { now: new Date(), anchors: anchors === "" ? [] : trustAnchorsOf(fromLatin1(anchors)) },
    changes,
    seed,
  );

test("who signed, with which certificate, and that it is intact, whoever is believed", () => {
  const found = read(signed());
  expect(found.problem).toBeNull();
  expect(found.signatures).toMatchObject([
    {
      ...{
        kind: "signature",
        verdict: "indeterminate",
        reason: "NO_CERTIFICATE_CHAIN_FOUND",
        isIntact: true,
      },
      ...{ name: "Otto Other", isTimeProven: false },
      certificate: { subject: expect.stringContaining("Another Maker") },
    },
  ]);
  const fingerprint = inFolder(
    (file) =>
      run("openssl", [
        "x509",
        "-in",
        file("c.pem", fromLatin1(signer.certificate)),
        "-noout",
        "-fingerprint",
        "-sha256",
      ]).text,
  );
  const sha256 = fingerprint.split("=")[1]!.trim().replaceAll(":", "").toLowerCase();
  expect(found.signatures[0]!.certificate!.sha256).toBe(sha256);
  expect(read(signed(), {}, signer.certificate).signatures[0]).toMatchObject({
    verdict: "passed",
    reason: null,
  });
});

test("what was changed after signing is told as broken, and cannot be kept", () => {
  const bytes = fromLatin1(toLatin1(signed()).replace("One hundred", "Two hundred"));
  expect(read(bytes)).toMatchObject({
    problem: "broken",
    signatures: [{ verdict: "failed", reason: "HASH_FAILURE", isIntact: false, name: "Otto Other" }],
  });
});

test.each([
  [1, "certified"],
  [2, "closed"],
  [3, "closed"],
])("what is certified at level %i, as poppler finds it, is told as %s", (permissions, problem) => {
  const bytes = signed({ ...certifiedShape, permissions });
  const { text } = inFolder((file) => run("pdfsig", ["-nocert", file("a.pdf", bytes)]));
  expect(text).toContain("Signature is Valid");
  const found = read(bytes);
  expect(found).toMatchObject({ problem, signatures: [{ kind: "certification", isIntact: true }] });
  // Another signature on a page would be what the certification does not allow: whoever tries it is found out.
  const box = { x: 0.1, y: 0.1, width: 0.3, height: 0.1 };
  const field = { name: "Other", box, kind: "signature", page: 0, label: "", isRequired: false } as const;
  const more = concatBytes([bytes, addSignatureFields(openBytes(bytes), [field], seed)]);
  expect(read(more)).toMatchObject({ problem: "broken", signatures: [{ isIntact: false }] });
});

test("a file with a form of its own can be kept, filled in or empty", () => {
  expect(read(signed(plainShape, withForm("(1000)")), { "form-flattened": 1 })).toMatchObject({
    problem: null,
  });
  expect(read(signed(plainShape, withForm("()")), { "form-flattened": 1 })).toMatchObject({ problem: null });
});

test("what is taken out of other documents keeps a file from being kept as it is", () => {
  expect(read(signed(), { "scripts-removed": 1 })).toMatchObject({ problem: "unclean" });
  expect(read(signed(), { "form-flattened": 2 })).toMatchObject({ problem: null });
  // Programs draw these on their own, each in its way, or as somebody points at them.
  for (const code of ["undrawn-annotations-removed", "annotations-settled", "layers-frozen"])
    expect(read(signed(), { [code]: 1 })).toMatchObject({ problem: "unclean" });
  const drawnLater = fileOf(
    onePage(
      "BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET",
      "",
      "/AcroForm <</Fields [] /NeedAppearances true>>",
    ),
  );
  expect(read(signed(plainShape, drawnLater))).toMatchObject({ problem: "unclean" });
});

test("what is not signed has nothing to keep", () => {
  expect(read(contract())).toEqual({ problem: "broken", signatures: [] });
});

test("fields are appended, the bytes before them are the upload, and poppler and qpdf find the signature as it was", () => {
  for (const shape of SHAPES) {
    const bytes = signed(shape);
    const field = (name: string, box: { x: number; y: number; width: number; height: number } | null) =>
      ({ name, box, kind: "signature", page: 0, label: name, isRequired: false }) as const;
    const fields = [field("Signer1", { x: 0.1, y: 0.1, width: 0.3, height: 0.1 }), field("Seal", null)];
    const whole = concatBytes([bytes, addSignatureFields(openBytes(bytes), fields, seed)]);
    expect(whole.subarray(0, bytes.length)).toEqual(bytes);
    expect(qpdfFaults(whole)).toBe("");
    if (!shape.isMerged) continue;
    const { text } = inFolder((file) => run("pdfsig", ["-nocert", file("a.pdf", whole)]));
    expect(text).toContain("Signature is Valid");
    expect(text).toMatch(/Signer1|The signature form field is not signed/);
  }
});
