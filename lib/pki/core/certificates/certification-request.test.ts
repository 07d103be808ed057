import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import {
  createCertificationRequest,
  parseCertificationRequest,
} from "#lib/pki/core/certificates/certification-request.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { openssl, opensslMakes, seeded, testKey } from "#lib/pki/core/testing.ts";

const SUBJECT = [
  ["C", "NL"],
  ["O", "Harbour Street Studio"],
  ["CN", "Größe & Söhne, seal"],
] as const;

test.each([
  "rsa-2048-sha256",
  "rsa-3072-sha256",
  "rsa-4096-sha256",
  "rsa-pss-2048-sha256",
  "rsa-pss-3072-sha256",
  "rsa-pss-4096-sha256",
  "ecdsa-p256-sha256",
  "ecdsa-p384-sha384",
] as const)("a request for a key of %s is verified by OpenSSL and says what it is for", async (algorithm) => {
  const key = testKey(algorithm);
  const der = await createCertificationRequest(SUBJECT, key);
  const files = { "r.csr": toPem(der, "CERTIFICATE REQUEST") };
  const text = openssl("req -in r.csr -verify -noout -text -nameopt utf8".split(" "), files);
  expect(text).toMatch(/verify OK/i);
  expect(text).toContain("Größe & Söhne, seal");
  expect(text).toMatch(/Digital Signature, Non Repudiation/);
  expect(text).toContain("1.3.6.1.5.5.7.3.36");
  const read = parseCertificationRequest(der);
  expect([read.isProven, toHex(read.publicKey)]).toEqual([true, toHex(key.publicKey)]);
});

test("a request of OpenSSL's is read; one whose name was changed proves nothing", () => {
  const der = opensslMakes(
    "o",
    "req -new -newkey rsa:2048 -nodes -keyout k -subj /CN=Ana -outform DER -out o".split(" "),
  );
  expect(parseCertificationRequest(der)).toMatchObject({ isProven: true, subject: { text: "CN=Ana" } });
  const changed = der.slice();
  changed[Buffer.from(der).indexOf("Ana")] = 0x42;
  expect(parseCertificationRequest(changed)).toMatchObject({ isProven: false, subject: { text: "CN=Bna" } });
});

test("what is none is refused, whatever it is", async () => {
  const der = await createCertificationRequest(SUBJECT, testKey("ecdsa-p256-sha256"));
  const random = seeded(3);
  for (let round = 0; round < 400; round++) {
    const hurt = der.slice();
    hurt[Math.floor(random() * hurt.length)] = random() * 256;
    try {
      parseCertificationRequest(round % 2 ? hurt : hurt.subarray(0, Math.floor(random() * hurt.length)));
    } catch (error) {
      expect(isRefusal(error) && error.code).toMatch(/^pki\/(not-a-request|too-large)$/);
    }
  }
});
