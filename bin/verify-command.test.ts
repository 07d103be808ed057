import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concatBytes, fromLatin1 } from "#lib/bytes.ts";
import {
  etsiList,
  GRANTED,
  QTST,
  signedList,
  type TestService,
  WITHDRAWN,
} from "#lib/evidence/core/trust/testing.ts";
import { sealedDocument } from "#lib/evidence/core/validation/testing.ts";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";
import { fileOf, onePage } from "#lib/pdf/testing.ts";
import {
  at,
  DAY_MS,
  pem,
  testRoot,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { crlOf, serialOf } from "#lib/pki/core/validation/testing-document.ts";
import { type VerifyIo, verifyCommand } from "./verify-command.ts";

let folder: string;
let world: World;
let sealed: Uint8Array;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "whereof-verify-"));
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  sealed = await sealedDocument(world, { seal: await testSeal(world.issuing), first, second });
  file("sealed.pdf", sealed);
  file("root.cer", world.root.certificateDer);
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(path.join(folder, name), bytes);
  return path.join(folder, name);
}
const inFolder = (name: string): string => path.join(folder, name);

async function run(
  args: readonly string[],
  io: Partial<VerifyIo> = {},
): Promise<{ code: number; text: string }> {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const code = await verifyCommand(args, { write, now: at(DAY_MS), ...io });
  return { code, text };
}

test("a sealed file passes, in sentences and as JSON", async () => {
  const words = await run([inFolder("sealed.pdf"), "--trust", inFolder("root.cer")]);
  expect(words.code).toBe(0);
  expect(words.text).toMatch(/^This file is exactly what was signed\.\n/);
  for (const sentence of [
    "1. Certification by Test Seal: holds (B-LTA)",
    "2. Signature by Ada Lovelace: holds (B-LTA)",
    "Existed at 2026-11-20 12:00:00 UTC, known by a time-stamp in it, of Test TSA.",
    "Not revoked: Ada Lovelace (OCSP response of 2026-11-20 12:00:01 UTC, in the file)",
    "Covers the file up to the end of revision 2 of 6; only allowed changes followed.",
    "Closes the fields Signer1_name, Signer1_agrees.",
    "Permits no change after it but validation data and time-stamps.",
    "5. Document time-stamp by Test TSA: holds",
    "Covers the whole file.",
    'allowed: field "Signer1_name" was filled',
  ])
    expect(words.text).toContain(sentence);
  const json = await run([inFolder("sealed.pdf"), "--json", "--trust", inFolder("root.cer")]);
  const report = JSON.parse(json.text) as ValidationReport;
  expect(report).toMatchObject({
    format: "whereof-verify/1",
    verdict: "passed",
    exitCode: 0,
    file: { name: "sealed.pdf", sizeBytes: sealed.length, isEncrypted: false },
    checkedAt: at(DAY_MS).toISOString(),
  });
});

test("a changed file fails, and says how", async () => {
  const bytes = sealed.slice();
  bytes[500] = bytes[500]! ^ 1;
  const changed = await run([file("changed.pdf", bytes), "--trust", inFolder("root.cer")]);
  expect(changed.code).toBe(1);
  expect(changed.text).toMatch(/^Signed, then changed in this way/);
  expect(changed.text).toContain("FAULT: the content is not what was signed");
  const longer = concatBytes([sealed, fromLatin1("more")]);
  const appended = await run([file("longer.pdf", longer), "--trust", inFolder("root.cer")]);
  expect(appended.code).toBe(1);
  expect(appended.text).toContain("NOT ALLOWED: 4 bytes follow the end of the file");
});

test("certificates may come in DER or PEM, several at once, and more than one file", async () => {
  const both = pem(world.issuing.certificateDer) + pem(world.tsa.certificateDer);
  const several = await run([inFolder("sealed.pdf"), "--trust", file("both.pem", both)]);
  expect(several.code).toBe(0);
  const single = ["issuing", "tsa"] as const;
  const trust = single.flatMap((name) => ["--trust", file(`${name}.cer`, world[name].certificateDer)]);
  expect((await run([inFolder("sealed.pdf"), ...trust])).code).toBe(0);
});

test("without a certificate to believe in it cannot be told", async () => {
  const { code, text } = await run([inFolder("sealed.pdf")]);
  expect(code).toBe(2);
  expect(text).toMatch(/^Signed by others, here is what we can check\.\n/);
  expect(text).toContain("no path from it to a certificate you trust was confirmed");
});

test("three years later it passes as of its last status, and a newer list is heard", async () => {
  const now = at(3 * 365 * DAY_MS);
  const args = [inFolder("sealed.pdf"), "--trust", inFolder("root.cer")];
  const alone = await run(args, { now });
  expect(alone.code).toBe(0);
  expect(alone.text).toMatch(
    /was not revoked as of \d{4}-\d\d-\d\d \d\d:\d\d UTC; a newer status was not at hand/,
  );

  const good = file("good.crl", pem(await crlOf(world.root, now), "X509 CRL"));
  const informed = await run([...args, "--crl", good], { now });
  expect(informed.code).toBe(0);
  expect(informed.text).not.toContain("as of");

  const stolen = [
    { serialHex: serialOf(world.tsa), revokedAt: at(DAY_MS / 2), reason: "keyCompromise" as const },
  ];
  const bad = file("bad.crl", await crlOf(world.root, now, stolen));
  const warned = await run([...args, "--crl", bad], { now });
  expect(warned.code).not.toBe(0);
  expect(warned.text).toContain("revoked at");

  const none = await run([...args, "--crl", inFolder("root.cer")], { now });
  expect(none).toEqual({
    code: 2,
    text: `${inFolder("root.cer")} is no revocation list in DER or PEM: nothing was checked.\n`,
  });
});

test("what cannot be read is told, by name", async () => {
  expect(await run([inFolder("nothing.pdf")])).toMatchObject({
    code: 2,
    text: expect.stringContaining("There is no such file"),
  });
  expect(await run([folder])).toMatchObject({ code: 2 });
  const unsigned = await run([file("unsigned.pdf", fileOf(onePage("q Q")))]);
  expect(unsigned).toMatchObject({ code: 2, text: expect.stringContaining("it holds no signature") });
  for (const name of ["sealed.pdf", "nothing.cer"]) {
    const { code, text } = await run([inFolder("sealed.pdf"), "--trust", inFolder(name)]);
    expect(code).toBe(2);
    expect(text).toContain("nothing was checked");
  }
});

test("a wrong call shows how it is called", async () => {
  for (const args of [[], ["a.pdf", "b.pdf"], ["a.pdf", "--nonsense"], ["a.pdf", "--trust"]]) {
    const { code, text } = await run(args);
    expect(code).toBe(64);
    expect(text).toContain("whereof verify FILE");
  }
});

test("a file beyond the limits gets an answer in words, never a pass", async () => {
  const slow = await run([inFolder("sealed.pdf"), "--trust", inFolder("root.cer")], { timeoutMs: 1 });
  expect(slow).toMatchObject({ code: 2, text: expect.stringContaining("longer than its limit") });
  const small = await run([inFolder("sealed.pdf"), "--json"], { memoryBytes: 24 << 20 });
  expect(JSON.parse(small.text)).toMatchObject({
    exitCode: 2,
    verdict: "indeterminate",
    file: { sha256: null },
  });
  const bomb = deflateSync(new Uint8Array(300 << 20));
  const container = `<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${bomb.length}>>\nstream\n`;
  const bytes = concatBytes([
    fromLatin1(`%PDF-1.7\n1 0 obj\n${container}`),
    bomb,
    fromLatin1("\nendstream\nendobj\ntrailer\n<</Root 2 0 R>>\n"),
  ]);
  expect(await run([file("bomb.pdf", bytes)])).toMatchObject({ code: 2 });
});

const services = (from: string, granted = GRANTED): TestService[] => [
  { name: "Signatures", states: [[granted, from]], certificateDer: world.root.certificateDer },
  { name: "Time", type: QTST, states: [[granted, from]], certificateDer: world.root.certificateDer },
];

test("a trusted list is believed, and the report says which one and which service", async () => {
  const operator = await testRoot(undefined, "List Operator");
  const list = file("es.xml", signedList(etsiList({ services: services("2020-01-01T00:00:00Z") }), operator));
  const words = await run([inFolder("sealed.pdf"), "--trust-list", list]);
  expect(words.code).toBe(0);
  for (const sentence of [
    "trusted by: Trusted list of ES, service Signatures of Trust Provider SA.",
    "trusted by: Trusted list of ES, service Time of Trust Provider SA.",
    "Trusted list of ES, number 7, of 2026-11-01, SHA-256 ",
    "Its own signature holds, made with the certificate of ",
  ])
    expect(words.text).toContain(sentence);
  const { code, text } = await run([inFolder("sealed.pdf"), "--trust-list", list, "--json"]);
  const report = JSON.parse(text) as ValidationReport;
  expect(code).toBe(0);
  expect(report.trustAnchors).toEqual([]);
  expect(report.trustLists).toMatchObject([{ name: "Trusted list of ES", signature: { state: "holds" } }]);
  expect(report.signatures[1]!.trustAnchor!.listing).toMatchObject({
    list: "Trusted list of ES",
    service: "Signatures",
  });
});

test("a service counts for its purpose and its time only", async () => {
  const [signatures, time] = services("2020-01-01T00:00:00Z");
  for (const some of [
    [signatures!],
    [time!],
    services("2026-11-21T00:00:00Z"),
    services("2020-01-01T00:00:00Z", WITHDRAWN),
  ]) {
    const list = file("some.xml", etsiList({ services: some }));
    const { code, text } = await run([inFolder("sealed.pdf"), "--trust-list", list]);
    expect([code, text]).toEqual([2, expect.stringContaining("no path leads to a trust anchor")]);
  }
});

test("a list that was changed, or is none, is refused with its reason", async () => {
  const operator = await testRoot(undefined, "List Operator");
  const signed = signedList(etsiList({ services: services("2020-01-01T00:00:00Z") }), operator);
  const changed = file("changed.xml", signed.replace("<SchemeTerritory>ES", "<SchemeTerritory>FR"));
  const answer = await run([inFolder("sealed.pdf"), "--trust-list", changed]);
  expect([answer.code, answer.text]).toEqual([2, expect.stringContaining("the signature on the list")]);
  expect((await run([inFolder("sealed.pdf"), "--trust-list", inFolder("sealed.pdf")])).code).toBe(2);
});
