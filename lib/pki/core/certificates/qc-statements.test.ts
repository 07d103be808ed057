import { expect, test } from "vitest";
import { testKey, wildCertificate } from "#lib/pki/core/testing.ts";
import { qualified } from "#lib/signing/seals/testing-ca.ts";
import { parseCertificate } from "./certificate.ts";
import { readQualifiedStatements } from "./qc-statements.ts";

const NOTHING = { isQualified: false, isForSignatures: false, hasDevice: false };

const statementsOf = async (extensions: readonly Uint8Array[]) => {
  const { certificateDer } = await wildCertificate({
    ...{ subject: "Ana Ruiz", extensions, key: testKey("ecdsa-p256-sha256") },
  });
  return readQualifiedStatements(parseCertificate(certificateDer).qcStatements);
};

test("a qualified certificate for signatures says all three", async () => {
  expect(await statementsOf([qualified()])).toEqual({
    ...{ isQualified: true, isForSignatures: true, hasDevice: true },
  });
});

test.for([
  [["compliance", "device", "eseal"], { isQualified: true, isForSignatures: false, hasDevice: true }],
  [["compliance", "esign"], { isQualified: true, isForSignatures: true, hasDevice: false }],
  [["device", "esign"], { isQualified: false, isForSignatures: true, hasDevice: true }],
] as const)("%j says just that", async ([statements, said]) => {
  expect(await statementsOf([qualified(statements)])).toEqual(said);
});

test("without the extension, or with one that cannot be read, nothing is stated", async () => {
  expect(await statementsOf([])).toEqual(NOTHING);
  for (const bytes of ["", "30", "3003020101", "300a300806060400"])
    expect(readQualifiedStatements(Buffer.from(bytes, "hex"))).toEqual(NOTHING);
});
