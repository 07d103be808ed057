import { sign as signBytes } from "node:crypto";
import { plainAddPlaceholder } from "@signpdf/placeholder-plain";
import { P12Signer } from "@signpdf/signer-p12";
import { SignPdf } from "@signpdf/signpdf";
import { beforeAll, expect, test } from "vitest";
import { concatBytes, fromLatin1, sha1, sha256, sourceOf, toLatin1 } from "#lib/bytes.ts";
import { findSignatures } from "#lib/pdf/changes/found-signature.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { completeSignature, prepareSignature } from "#lib/pdf/signature.ts";
import { contract, inFolder, openBytes, qpdf, run, SEED } from "#lib/pdf/testing.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import {
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  opensslMakes,
  seeded,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { crlOf, serialOf, tokenOver } from "#lib/pki/core/validation/testing-document.ts";
import { describeReport } from "./core/validation/describe-report.ts";
import {
  addStatus,
  checked,
  faultsIn,
  fillsOf,
  prepared,
  replaceText,
  type Signers,
  sealedDocument,
  sign,
  stamp,
} from "./core/validation/testing.ts";
import { trustAnchorsOf } from "./core/validation/trust-anchors.ts";
import { validateDocument } from "./validate-document.ts";

let world: World;
let signers: Signers;
let sealed: Uint8Array;

beforeAll(async () => {
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  signers = { seal: await testSeal(world.issuing), first, second };
  sealed = await sealedDocument(world, signers);
});

test("a sealed contract passes, every signature at B-LTA", () => {
  const report = checked(sealed, world);
  expect(faultsIn(report)).toEqual([]);
  expect(report).toMatchObject({
    verdict: "passed",
    exitCode: 0,
    summary: "This file is exactly what was signed.",
    findings: [],
  });
  expect(report.signatures.map(({ kind, level, verdict }) => [kind, level, verdict])).toEqual([
    ["certification", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["signature", "B-LTA", "passed"],
    ["timestamp", null, "passed"],
  ]);
  expect(report.signatures[1]).toMatchObject({
    signer: { name: "Ada Lovelace", email: "ada@example.com" },
    time: { provenAt: NOON.toISOString(), proof: "signature-timestamp" },
    coverage: { revision: 2, isWholeFile: false, changesAfter: "allowed" },
    permits: { level: 2, locks: [{ action: "include", fields: ["Signer1_name", "Signer1_agrees"] }] },
    revocation: [
      { status: "good", source: "ocsp" },
      { status: "good", source: "crl" },
    ],
  });
  expect(report.signatures[4]).toMatchObject({ coverage: { isWholeFile: true, changesAfter: "none" } });
});

test("how a signer was identified is told by their certificate, where a path to it was confirmed", async () => {
  const methods = ["email-code", "passkey"] as const;
  const by = await testSigner(world.issuing, { methods });
  const bytes = await addStatus(await sign(prepared(), world, { field: "Signer1", by }), world, [by]);
  const report = checked(bytes, world);
  expect(report.signatures[0]!.identifiedBy).toEqual(methods);
  expect(describeReport(report)).toContain(
    "How the signer was identified, by the certificate: a one-time code by mail; a passkey.",
  );
  // OpenSSL reads the same numbers in it.
  const text = inFolder((file) => {
    const args = ["x509", "-inform", "DER", "-in", file("c.der", by.certificateDer), "-noout", "-text"];
    return run("openssl", args).text;
  });
  for (const method of methods) expect(text).toContain(`Policy: ${AUTHENTICATION_POLICIES[method]}\n`);
  // Anybody can put these numbers into a certificate of their own: without a path to what is believed they say nothing.
  const strange = checked(bytes, world, { anchors: [] });
  expect(strange.signatures[0]!.identifiedBy).toBeNull();
  expect(describeReport(strange)).not.toContain("identified");
  expect(checked(sealed, world).signatures.map(({ identifiedBy }) => identifiedBy !== null)).toEqual([
    ...[false, true, true, false, false],
  ]);
});

test("it still passes when its certificates have expired, and after a renewal of its time-stamp", async () => {
  expect(checked(sealed, world, { now: at(2 * DAY_MS) })).toMatchObject({ exitCode: 0 });
  const status = await crlOf(world.root, at(80 * DAY_MS));
  const data = { certificates: [world.root.certificateDer], ocspResponses: [], crls: [status] };
  const renewed = concatBytes([sealed, addValidationData(openBytes(sealed), data, SEED)!]);
  const stamped = await stamp(renewed, world, at(81 * DAY_MS));
  const report = checked(stamped, world, { now: at(100 * DAY_MS) });
  expect([report.exitCode, faultsIn(report)]).toEqual([0, []]);
  expect(report.signatures.map(({ level }) => level)).toEqual([
    "B-LTA",
    "B-LTA",
    "B-LTA",
    "B-LTA",
    null,
    null,
  ]);
});

const signedOnce = (options: Partial<Parameters<typeof sign>[2]> = {}) =>
  sign(prepared(), world, { field: "Signer1", by: signers.first, fills: fillsOf(1), ...options });

test("the level is what the file itself holds", async () => {
  const plain = await signedOnce({ stampedAt: null });
  const stamped = await signedOnce();
  const kept = await addStatus(stamped, world, [signers.first]);
  const archived = await stamp(kept, world);
  const levels = [plain, stamped, kept, archived].map((bytes) => {
    const { exitCode, signatures } = checked(bytes, world, { now: at(HOUR_MS) });
    return [signatures[0]!.level, signatures[0]!.subIndication, exitCode];
  });
  expect(levels).toEqual([
    ["B-B", "TRY_LATER", 2],
    // The status of the time-stamping authority is not there, so its time is not proven.
    ["B-B", "TRY_LATER", 2],
    ["B-LT", null, 0],
    ["B-LTA", null, 0],
  ]);
});

test("a time-stamp over the document alone proves its time too", async () => {
  const bytes = await stamp(
    await addStatus(await signedOnce({ stampedAt: null }), world, [signers.first]),
    world,
  );
  const report = checked(bytes, world);
  expect(report).toMatchObject({ exitCode: 0 });
  expect(report.signatures[0]!.time).toMatchObject({
    provenAt: at(2_000).toISOString(),
    proof: "document-timestamp",
  });
});

test("without a certificate to believe in it cannot be told, and anything in the path may be believed", async () => {
  const stranger = await testWorld();
  for (const anchors of [[], [stranger.root.certificateDer]]) {
    const report = checked(sealed, world, { anchors });
    expect(report).toMatchObject({
      exitCode: 2,
      verdict: "indeterminate",
      summary: "Signed by others, here is what we can check.",
    });
    expect(report.signatures[0]).toMatchObject({
      subIndication: "NO_CERTIFICATE_CHAIN_FOUND",
      signer: { name: "Test Seal" },
    });
  }
  const anchors = [world.issuing.certificateDer, world.tsa.certificateDer];
  expect(checked(sealed, world, { anchors })).toMatchObject({ exitCode: 0 });
});

test("a revoked certificate fails, unless the signature is proven to be older", async () => {
  const revokedAt = async (when: Date) => {
    const revoked = [
      { serialHex: serialOf(signers.first), revokedAt: when, reason: "keyCompromise" as const },
    ];
    const crl = await crlOf(world.issuing, at(HOUR_MS), revoked);
    const data = { certificates: [], ocspResponses: [], crls: [crl] };
    const bytes = await addStatus(await signedOnce(), world, [signers.first]);
    return checked(concatBytes([bytes, addValidationData(openBytes(bytes), data, SEED)!]), world);
  };
  const before = await revokedAt(at(-HOUR_MS));
  expect(before).toMatchObject({ exitCode: 1, verdict: "failed" });
  expect(before.signatures[0]).toMatchObject({
    subIndication: "REVOKED_NO_POE",
    revocation: [{ status: "revoked" }, { status: "good" }],
  });
  const after = await revokedAt(at(HOUR_MS));
  expect(after).toMatchObject({ exitCode: 0 });
  expect(after.signatures[0]!.findings).toMatchObject([{ severity: "warning", code: "revoked-later" }]);
});

test("a time-stamp in a signature that is over something else fails it", async () => {
  const signature = parseCms(contentsIn(await signedOnce({ stampedAt: null })));
  const wrong = await tokenOver(sha256(signature.der), world.tsa, world, NOON);
  const bytes = await addStatus(await signedOnce({ stampedAt: null, token: wrong }), world, [signers.first]);
  const report = checked(bytes, world);
  expect(report).toMatchObject({
    exitCode: 1,
    signatures: [{ timestamps: [{ subIndication: "HASH_FAILURE" }] }],
  });
});

const contentsIn = (bytes: Uint8Array): Uint8Array => findSignatures(openBytes(bytes)).at(-1)!.contents;

const certificatesIn = (bytes: Uint8Array): number => parseCms(contentsIn(bytes)).certificates.length;

test("one changed byte anywhere that is signed fails it", () => {
  const text = toLatin1(sealed);
  const random = seeded(7);
  const hole = { from: text.lastIndexOf("/Contents <") + 11, to: text.lastIndexOf(">\n>>") };
  for (let count = 0; count < 150; count++) {
    const position = Math.floor(random() * sealed.length);
    const isHole = position >= hole.from && position < hole.to;
    const bytes = sealed.slice();
    bytes[position] = bytes[position]! ^ (1 << Math.floor(random() * 8));
    const character = String.fromCharCode(bytes[position]!).toLowerCase();
    if (isHole && character === text[position]) continue;
    const report = checked(bytes, world);
    // Copies of certificates beside the last time-stamp are signed by nobody: their loss is no fault.
    const isFewer = () => certificatesIn(bytes) < certificatesIn(sealed);
    const isSeen = () => report.signatures.at(-1)!.findings.length > 0 || isFewer();
    const isTold = report.exitCode !== 0 || (isHole && isSeen());
    expect([position, isTold]).toEqual([position, true]);
  }
});

test("no cut of it passes but those that end where a revision does", async () => {
  const ends = checked(sealed, world).revisions.map(({ endBytes }) => endBytes);
  const random = seeded(8);
  for (let count = 0; count < 60; count++) {
    const length = Math.floor(random() * sealed.length);
    expect([length, checked(sealed.slice(0, length), world).exitCode]).not.toEqual([length, 0]);
  }
  for (const end of ends.slice(0, 4))
    expect(checked(sealed.slice(0, end), world)).toMatchObject({ exitCode: 2, verdict: "indeterminate" });
  expect(checked(sealed.slice(0, ends[4]), world)).toMatchObject({ exitCode: 0 });
});

test("a signed file that was written anew fails, an encrypted one that was signed passes", async () => {
  expect(checked(qpdf(sealed), world)).toMatchObject({ exitCode: 1, verdict: "failed" });
  expect(checked(qpdf(sealed, "--linearize"), world)).toMatchObject({ exitCode: 1 });
  for (const options of [["256"], ["128", "--use-aes=y"]]) {
    const encrypted = qpdf(prepared(), "--allow-weak-crypto", "--encrypt", "", "owner", ...options, "--");
    let bytes = await sign(encrypted, world, { field: "Certification", by: signers.seal, certifies: true });
    bytes = await sign(bytes, world, { field: "Signer1", by: signers.first, fills: fillsOf(1) });
    bytes = await addStatus(bytes, world, [signers.seal, signers.first]);
    const report = checked(bytes, world);
    expect([report.exitCode, report.file.isEncrypted, faultsIn(report)]).toEqual([0, true, []]);
  }
});

test("what cannot be checked says why and never passes", () => {
  const report = (bytes: Uint8Array) => {
    const { exitCode, findings } = checked(bytes, world);
    return [exitCode, findings.map(({ code }) => code)];
  };
  expect(report(contract())).toEqual([2, ["no-signatures"]]);
  expect(report(fromLatin1("<html>"))).toEqual([2, ["pdf/not-a-pdf"]]);
  expect(report(new Uint8Array())).toEqual([2, ["pdf/not-a-pdf"]]);
  expect(report(fromLatin1("%PDF-1.7\nnothing"))).toEqual([2, ["pdf/damaged"]]);
  const locked = qpdf(contract(), "--encrypt", "reader", "owner", "256", "--");
  expect(report(locked)).toEqual([2, ["pdf/needs-password"]]);
});

test("a damaged list of objects in a signed file never passes", () => {
  const text = toLatin1(sealed);
  const last = text.lastIndexOf("\nxref\n");
  const broken = fromLatin1(`${text.slice(0, last)}\nxrex${text.slice(last + 5)}`);
  const report = checked(broken, world);
  expect(report.exitCode).not.toBe(0);
  expect(report.findings.map(({ code }) => code)).toContain("damaged");
});

// Made by others.

interface Stranger {
  readonly keyPem: Uint8Array;
  readonly certificatePem: Uint8Array;
  readonly certificateDer: Uint8Array;
}

function strangersKey(...options: readonly string[]): Stranger {
  const keyPem = opensslMakes("key.pem", ["genpkey", ...options, "-out", "key.pem"]);
  const request = [
    "req",
    "-x509",
    "-new",
    "-key",
    "key.pem",
    "-subj",
    "/CN=A Stranger",
    "-days",
    "9",
    "-out",
  ];
  const files = { "key.pem": keyPem };
  return {
    keyPem,
    certificatePem: opensslMakes("out.pem", [...request, "out.pem"], files),
    certificateDer: opensslMakes("out.der", [...request, "out.der", "-outform", "DER"], files),
  };
}

const rsa = strangersKey("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048");
const believing = (bytes: Uint8Array, { certificatePem }: Stranger) =>
  validateDocument(sourceOf(bytes), { anchors: trustAnchorsOf(certificatePem), now: new Date(), name: null });

test.each(["adbe.pkcs7.detached", "ETSI.CAdES.detached"])(
  "signatures of @signpdf are understood: %s",
  async (subFilter) => {
    const files = { "key.pem": rsa.keyPem, "certificate.pem": rsa.certificatePem };
    const p12 = opensslMakes(
      "out.p12",
      [
        "pkcs12",
        "-export",
        "-inkey",
        "key.pem",
        "-in",
        "certificate.pem",
        "-out",
        "out.p12",
        "-passout",
        "pass:x",
      ],
      files,
    );
    const place = plainAddPlaceholder({
      pdfBuffer: Buffer.from(qpdf(contract(), "--object-streams=disable")),
      ...{ reason: "test", contactInfo: "x", name: "A Stranger", location: "here", subFilter },
    });
    const signed = await new SignPdf().sign(place, new P12Signer(p12, { passphrase: "x" }));
    const report = believing(new Uint8Array(signed), rsa);
    if (subFilter === "ETSI.CAdES.detached") {
      // It does not say which certificate it belongs to, which this kind requires.
      expect(report).toMatchObject({
        exitCode: 2,
        signatures: [{ subIndication: "SIG_CONSTRAINTS_FAILURE" }],
      });
      return;
    }
    expect(report).toMatchObject({
      exitCode: 0,
      signatures: [{ indication: "TOTAL-PASSED", signer: { name: "A Stranger" } }],
    });
    const flipped = new Uint8Array(signed);
    flipped[100] = flipped[100]! ^ 1;
    expect(believing(flipped, rsa)).toMatchObject({
      exitCode: 1,
      signatures: [{ subIndication: "HASH_FAILURE" }],
    });
  },
);

/** The contract signed by a program of others over the bytes our layer covers. */
function signedElsewhere(subFilter: string, make: (covered: Uint8Array) => Uint8Array): Uint8Array {
  const base = prepared();
  const plan = { fieldName: "Signer1", at: new Date(), signerName: "A Stranger", seed: SEED };
  const update = prepareSignature(openBytes(base), plan);
  const tail = replaceText(update.tail, "/ETSI.CAdES.detached", `/${subFilter}`.padEnd(20));
  const { hole } = update;
  const [first, second] = [hole.contentsAt - base.length, hole.contentsEnd - base.length];
  const covered = concatBytes([base, tail.subarray(0, first), tail.subarray(second)]);
  return concatBytes([base, completeSignature({ ...update, tail }, make(covered))]);
}

function opensslCms(stranger: Stranger, covered: Uint8Array, ...options: readonly string[]): Uint8Array {
  const files = { "key.pem": stranger.keyPem, "c.pem": stranger.certificatePem, data: covered };
  const base = ["cms", "-sign", "-binary", "-in", "data", "-signer", "c.pem", "-inkey", "key.pem"];
  return opensslMakes("out", [...base, "-outform", "DER", "-out", "out", ...options], files);
}

test.each<[string, string, readonly string[]]>([
  ["adbe.pkcs7.detached", "RSA", []],
  ["adbe.pkcs7.detached", "RSA with PSS", ["-keyopt", "rsa_padding_mode:pss"]],
  ["adbe.pkcs7.detached", "SHA-512", ["-md", "sha512"]],
  ["ETSI.CAdES.detached", "CAdES", ["-cades"]],
])("signatures of openssl are understood: %s, %s", (subFilter, _, options) => {
  const bytes = signedElsewhere(subFilter, (covered) => opensslCms(rsa, covered, ...options));
  const report = believing(bytes, rsa);
  expect(faultsIn(report)).toEqual([]);
  expect(report).toMatchObject({ exitCode: 0, signatures: [{ indication: "TOTAL-PASSED" }] });
});

test("keys on other curves are understood", () => {
  for (const curve of ["P-256", "P-384", "P-521"]) {
    const ec = strangersKey("-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`);
    const bytes = signedElsewhere("adbe.pkcs7.detached", (covered) => opensslCms(ec, covered));
    expect(believing(bytes, ec)).toMatchObject({ exitCode: 0 });
  }
});

test("a signature over the hash of the document is understood, and SHA-1 is not enough", () => {
  const make = (value: (covered: Uint8Array) => Uint8Array) =>
    believing(
      signedElsewhere("adbe.pkcs7.sha1", (covered) => opensslCms(rsa, value(covered), "-nodetach")),
      rsa,
    );
  expect(make(sha1)).toMatchObject({
    exitCode: 2,
    signatures: [{ indication: "INDETERMINATE", signer: { name: "A Stranger" } }],
  });
  expect(make(() => sha1(new Uint8Array()))).toMatchObject({
    exitCode: 1,
    signatures: [{ subIndication: "HASH_FAILURE" }],
  });
});

test("kinds that are not checked say so", () => {
  const direct = signedElsewhere("adbe.pkcs7.detached", (covered) => opensslCms(rsa, covered, "-noattr"));
  const raw = signedElsewhere(
    "adbe.x509.rsa_sha1",
    (covered) => new Uint8Array(signBytes("sha1", covered, Buffer.from(rsa.keyPem).toString())),
  );
  const unknown = signedElsewhere("Some.Other", (covered) => opensslCms(rsa, covered));
  for (const bytes of [direct, raw, unknown]) {
    const report = believing(bytes, rsa);
    expect(report).toMatchObject({ exitCode: 2, verdict: "indeterminate" });
    expect(faultsIn(report)).toEqual(["unsupported"]);
  }
});

test("what pdfsig calls valid in it is valid here too", () => {
  const bytes = signedElsewhere("adbe.pkcs7.detached", (covered) => opensslCms(rsa, covered));
  const { text } = inFolder((file) => run("pdfsig", ["-nocert", file("in.pdf", bytes)]));
  expect(text).toContain("Signature is Valid");
});
