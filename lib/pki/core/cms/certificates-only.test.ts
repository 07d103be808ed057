import { expect, test } from "vitest";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { certificatesOnlyCms } from "#lib/pki/core/cms/certificates-only.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { openssl, testSigner, testWorld } from "#lib/pki/core/testing.ts";

test("a chain as .p7b is read by OpenSSL, each certificate once", async () => {
  const world = await testWorld();
  const signer = await testSigner(world.issuing);
  const chain = [signer, world.issuing, world.root, world.issuing].map(
    ({ certificateDer }) => certificateDer,
  );
  const p7b = certificatesOnlyCms(chain);
  const text = openssl("pkcs7 -inform DER -in chain.p7b -print_certs -noout".split(" "), {
    "chain.p7b": p7b,
  });
  expect(text.match(/subject=/g)).toHaveLength(3);
  for (const name of ["Ada Lovelace", "Test Issuing", "Test Root"]) expect(text).toContain(name);
  const pem = openssl("pkcs7 -in chain.pem -print_certs -noout".split(" "), {
    "chain.pem": toPem(p7b, "PKCS7"),
  });
  expect(pem).toBe(text);
  const { certificates, signers } = parseCms(p7b);
  expect([certificates.length, signers.length]).toEqual([3, 0]);
});
