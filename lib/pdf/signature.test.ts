import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromHex, sourceOf, toHex, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { FIELDS, fillsOf, prepared, sign, stamp } from "#lib/evidence/core/validation/testing.ts";
import { signatureValueOf } from "#lib/pki/core/cms/assemble-cms.ts";
import {
  type Authority,
  epochSeconds,
  NOON,
  openssl,
  pem,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import {
  completeSignature,
  digestPrepared,
  prepareDocumentTimestamp,
  prepareSignature,
} from "./signature.ts";
import { openBytes, qpdf, qpdfFaults, SEED } from "./testing.ts";

let world: World;
let signer: Authority;
let seal: Authority;
beforeAll(async () => {
  world = await testWorld();
  [signer, seal] = [await testSigner(world.issuing), await testSeal(world.issuing)];
});

/** The form with as many fields as needed, as other programs would have written it. */
const BASES: Readonly<Record<string, () => Uint8Array>> = {
  "a cross-reference table": () => prepared(),
  "cross-reference and object streams": () => qpdf(prepared(), "--object-streams=generate"),
  linearization: () => qpdf(prepared(), "--linearize"),
  "owner's RC4 encryption": () =>
    qpdf(prepared(), "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"),
  "owner's AES-256 encryption": () => qpdf(prepared(), "--encrypt", "", "owner", "256", "--"),
  "no line end after its last line": () =>
    prepared().subarray(0, prepared().lastIndexOf("F".charCodeAt(0)) + 1),
};

interface Found {
  readonly range: readonly number[];
  readonly cms: Uint8Array;
  readonly covered: Uint8Array;
}

/** Every signature of a file, found as a stranger would: by its ByteRange and the hexadecimal between. */
function signaturesIn(bytes: Uint8Array): Found[] {
  return [...toLatin1(bytes).matchAll(/\/ByteRange \[(\d+) +(\d+) +(\d+) +(\d+) *\]/g)].map(
    ([, ...numbers]) => {
      const range = numbers.map(Number);
      const [start, length, next, rest] = range as [number, number, number, number];
      const hex = toLatin1(bytes.subarray(start + length + 1, next - 1));
      const der = fromHex(hex);
      const size = 4 + ((der[2]! << 8) | der[3]!);
      const covered = concatBytes([bytes.subarray(start, start + length), bytes.subarray(next, next + rest)]);
      return { range, cms: der.subarray(0, size), covered };
    },
  );
}

const verify = ({ cms, covered }: Found) =>
  openssl(
    [
      ...["cms", "-verify", "-binary", "-inform", "DER", "-in", "a.cms", "-content", "covered.bin"],
      ...["-CAfile", "root.pem", "-purpose", "any", "-attime", epochSeconds(NOON), "-out", "out.bin"],
    ],
    { "a.cms": cms, "covered.bin": covered, "root.pem": pem(world.root.certificateDer) },
  );

const signed = (base: Uint8Array, field = "Signer1", by = signer) =>
  sign(base, world, { field, by, fills: field === "Signer1" ? fillsOf(1) : [], isDrawn: true });

describe.for(Object.entries(BASES))("a signature in a file with %s", ([, make]) => {
  let base: Uint8Array;
  let whole: Uint8Array;
  beforeAll(async () => {
    base = make();
    whole = await signed(base);
  });

  test("leaves every byte before it as it was, and a file without fault", () => {
    expect(Buffer.compare(whole.subarray(0, base.length), base)).toBe(0);
    expect(qpdfFaults(whole)).toBe("");
  });

  test("covers the whole file but its own hole, to the byte", () => {
    const [found] = signaturesIn(whole);
    const [start, length, next, rest] = found!.range as [number, number, number, number];
    expect(start).toBe(0);
    expect(next + rest).toBe(whole.length);
    expect(toLatin1(whole.subarray(length, length + 1))).toBe("<");
    expect(toLatin1(whole.subarray(next - 1, next))).toBe(">");
    expect(toLatin1(whole.subarray(length + 1, next - 1))).toMatch(/^[0-9a-f]+$/i);
    expect(toLatin1(whole.subarray(length - 10, length))).toMatch(/\/Contents $/);
  });

  test("is verified by OpenSSL with the root alone to trust", () => {
    expect(verify(signaturesIn(whole)[0]!)).toContain("CMS Verification successful");
  });

  test("does not survive a changed byte, wherever it is", () => {
    const [found] = signaturesIn(whole);
    const size = found!.covered.length;
    const places = [0, 7, Math.floor(size / 3), Math.floor(size / 2), base.length, size - 40, size - 1];
    for (const place of places) {
      const covered = found!.covered.slice();
      covered[place]! ^= 1;
      expect(() => verify({ ...found!, covered }), `byte ${place} of ${size}`).toThrow(
        /[Vv]erification failure/,
      );
    }
    const { cms } = found!;
    const value = Buffer.from(cms).indexOf(signatureValueOf(cms));
    for (const place of [value + 12, value - 40]) {
      const changed = cms.slice();
      changed[place]! ^= 1;
      expect(() => verify({ ...found!, cms: changed }), `byte ${place} of the CMS`).toThrow();
    }
  });
});

test("each signature goes on holding when others follow", async () => {
  const certified = await sign(prepared(), world, { field: "Certification", by: seal, certifies: true });
  const one = await signed(certified);
  const two = await sign(one, world, { field: "Signer2", by: signer, fills: fillsOf(2), isDrawn: true });
  const closed = await stamp(await sign(two, world, { field: "Seal", by: seal }), world);
  const found = signaturesIn(closed);
  expect(found).toHaveLength(5);
  for (const each of found.slice(0, 4)) expect(verify(each)).toContain("CMS Verification successful");
  expect(found.map(({ range }) => range[2]! + range[3]!)).toEqual(
    [certified, one, two]
      .map(({ length }) => length)
      .concat([found[3]!.range[2]! + found[3]!.range[3]!, closed.length]),
  );
  expect(qpdfFaults(closed)).toBe("");
});

test("hashing goes on from an earlier state as if it had begun at the start", () => {
  const base = prepared();
  const plan = prepareSignature(openBytes(base), {
    fieldName: "Signer1",
    at: NOON,
    signerName: "Ada",
    seed: SEED,
  });
  const whole = digestPrepared(sourceOf(base), plan);
  const { contentsAt, contentsEnd } = plan.hole;
  const file = concatBytes([base, plan.tail]);
  const covered = concatBytes([file.subarray(0, contentsAt), file.subarray(contentsEnd)]);
  expect(toHex(whole.digest)).toBe(createHash("sha256").update(covered).digest("hex"));
  for (const position of [0, 1, base.length - 1, base.length, base.length + 40, contentsAt]) {
    const state = { position, hash: createHash("sha256").update(file.subarray(0, position)) };
    expect(toHex(digestPrepared(sourceOf(base), plan, state).digest), `from ${position}`).toBe(
      toHex(whole.digest),
    );
  }
  const late = {
    position: contentsAt + 1,
    hash: createHash("sha256").update(file.subarray(0, contentsAt + 1)),
  };
  expect(toHex(digestPrepared(sourceOf(base), plan, late).digest)).toBe(toHex(whole.digest));
});

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return isRefusal(error) ? error.code : String(error);
  }
};

test("what does not fit or does not belong to the file is refused", () => {
  const base = prepared();
  const plan = { fieldName: "Signer1", at: NOON, signerName: "Ada", seed: SEED };
  const small = prepareSignature(openBytes(base), { ...plan, holeBytes: 100 });
  expect(codeOf(() => completeSignature(small, new Uint8Array(101)))).toBe("pdf/too-large");
  expect(codeOf(() => completeSignature(small, new Uint8Array(100)))).toBeUndefined();
  expect(codeOf(() => digestPrepared(sourceOf(base.subarray(1)), small))).toBe("pdf/damaged");
  for (const fieldName of ["Signer3", "Signer1_name", ""])
    expect(
      codeOf(() => prepareSignature(openBytes(base), { ...plan, fieldName })),
      fieldName,
    ).toBe("pdf/field-missing");
  const fills = [{ name: "nothing", isChecked: true }];
  expect(codeOf(() => prepareSignature(openBytes(base), { ...plan, fills }))).toBe("pdf/field-missing");
});

test("no field is signed twice, nothing certified late, nothing changed where nothing may", async () => {
  const plan = { at: NOON, signerName: "Ada", seed: SEED };
  const once = await signed(prepared());
  expect(codeOf(() => prepareSignature(openBytes(once), { ...plan, fieldName: "Signer1" }))).toBe(
    "pdf/already-signed",
  );
  const late = { ...plan, fieldName: "Certification", certifies: true };
  expect(codeOf(() => prepareSignature(openBytes(once), late))).toBe("pdf/already-signed");
  const certified = await sign(prepared(), world, { field: "Certification", by: seal, certifies: true });
  const locked = Buffer.from(toLatin1(certified).replace(/(\/TransformParams[^>]*\/P) 2/, "$1 1"), "latin1");
  expect(codeOf(() => prepareSignature(openBytes(locked), { ...plan, fieldName: "Signer1" }))).toBe(
    "pdf/no-changes-allowed",
  );
});

test("a document time-stamp brings its own field, under a name that is free", () => {
  const base = prepared([...FIELDS, { ...FIELDS[0]!, name: "Timestamp1" }]);
  const { tail, hole, byteRange, baseSize } = prepareDocumentTimestamp(openBytes(base), { seed: SEED });
  expect(toLatin1(tail)).toContain("(Timestamp2)");
  expect(toLatin1(tail)).toContain("/ETSI.RFC3161");
  expect(byteRange).toEqual([
    0,
    hole.contentsAt,
    hole.contentsEnd,
    baseSize + tail.length - hole.contentsEnd,
  ]);
  expect(qpdfFaults(concatBytes([base, tail]))).toBe("");
});
