import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { certificatesFromPem, toPem } from "#lib/pki/core/certificates/pem.ts";
import { openssl, opensslMakes, testRoot } from "#lib/pki/core/testing.ts";

const { certificateDer } = await testRoot();

test("OpenSSL and we write the same PEM", () => {
  const theirs = opensslMakes("c.pem", ["x509", "-inform", "DER", "-in", "c.der", "-out", "c.pem"], {
    "c.der": certificateDer,
  });
  expect(Buffer.from(theirs).toString()).toBe(toPem(certificateDer));
  expect(
    openssl(["x509", "-in", "c.pem", "-noout", "-subject"], { "c.pem": toPem(certificateDer) }),
  ).toContain("Test Root");
});

test("the certificates of a bundle are read in their order, whatever stands between", () => {
  const bundle = `a note\r\n${toPem(certificateDer).replaceAll("\n", "\r\n")}${toPem(certificateDer, "X509 CRL")}${toPem(Uint8Array.of(48, 0))}`;
  expect(certificatesFromPem(bundle).map(toHex)).toEqual([toHex(certificateDer), "3000"]);
});

test("a text without certificates, or with broken ones, is refused", () => {
  for (const text of [
    "",
    "hello",
    "-----BEGIN CERTIFICATE-----\nMAA=",
    "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----",
  ]) {
    expect(() => certificatesFromPem(text)).toThrow(expect.objectContaining({ code: "pki/malformed" }));
  }
  expect(() => certificatesFromPem("x".repeat(5 * 1024 * 1024))).toThrow(
    expect.objectContaining({ code: "pki/too-large" }),
  );
  expect(() => certificatesFromPem("-----BEGIN CERTIFICATE-----".repeat(501))).toThrow(
    expect.objectContaining({ code: "pki/too-large" }),
  );
});
