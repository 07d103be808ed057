import { expect, test } from "vitest";
import { fromHex, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { algorithmOf } from "#lib/pki/core/algorithms.ts";
import { integer, octetString, oid, sequence } from "#lib/pki/core/asn1/der.ts";
import { readDer } from "#lib/pki/core/asn1/read-der.ts";
import { decryptByPassword } from "#lib/pki/core/passwords/decrypt.ts";
import { deriveByPkcs12, newBudget, passwordForms } from "#lib/pki/core/passwords/derive-key.ts";
import { encryptByPassword } from "#lib/pki/core/passwords/encrypt.ts";
import { randomOctets } from "#lib/pki/core/testing.ts";

const [form] = passwordForms("pw") as [ReturnType<typeof passwordForms>[number]];
const parsed = (der: Uint8Array) => algorithmOf(readDer(der, "test", 4096), "test");

async function codeFor(algorithm: Uint8Array): Promise<string | null> {
  try {
    await decryptByPassword(parsed(algorithm), new Uint8Array(16), form, newBudget());
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

const pbes2 = (derivation: Uint8Array, cipher = "2.16.840.1.101.3.4.1.42") =>
  sequence(
    oid("1.2.840.113549.1.5.13"),
    sequence(derivation, sequence(oid(cipher), octetString(new Uint8Array(16)))),
  );
const pbkdf2 = (iterations: number) =>
  sequence(oid("1.2.840.113549.1.5.12"), sequence(octetString(randomOctets(8)), integer(iterations)));
const oldPbe = (kind: number, iterations: number) =>
  sequence(oid(`1.2.840.113549.1.12.1.${kind}`), sequence(octetString(randomOctets(8)), integer(iterations)));

test("what is encrypted here is decrypted here", async () => {
  const plain = randomOctets(1000);
  const made = await encryptByPassword(plain, "pw", randomOctets(32), 1000);
  const opened = await decryptByPassword(parsed(made.algorithm), made.encrypted, form, newBudget());
  expect(toHex(opened.plain)).toBe(toHex(plain));
  expect(opened.encryption).toEqual({
    cipher: "AES-256",
    derivation: "PBKDF2 with HMAC-SHA-256",
    iterations: 1000,
    isOld: false,
  });
});

test("too many iterations are refused before any work", async () => {
  const started = Date.now();
  expect(await codeFor(pbes2(pbkdf2(10_000_001)))).toBe("pki/too-many-iterations");
  expect(await codeFor(pbes2(pbkdf2(0)))).toBe("pki/too-many-iterations");
  expect(await codeFor(oldPbe(3, 10_000_001))).toBe("pki/too-many-iterations");
  expect(await codeFor(oldPbe(3, 6_000_000))).toBe("pki/too-many-iterations");
  expect(Date.now() - started).toBeLessThan(60_000);
});

test("many small counts are refused together", async () => {
  const budget = { iterations: 1500, rounds: 0 };
  const once = () =>
    decryptByPassword(parsed(pbes2(pbkdf2(1000))), new Uint8Array(16), form, budget).catch((error) => error);
  expect(isRefusal(await once(), "pki/too-many-iterations")).toBe(false);
  expect(isRefusal(await once(), "pki/too-many-iterations")).toBe(true);
});

test("scrypt that needs a gigabyte is refused", async () => {
  const scrypt = (...costs: number[]) =>
    pbes2(
      sequence(oid("1.3.6.1.4.1.11591.4.11"), sequence(octetString(randomOctets(8)), ...costs.map(integer))),
    );
  expect(await codeFor(scrypt(1 << 20, 8, 1))).toBe("pki/too-many-iterations");
  expect(await codeFor(scrypt(1000, 8, 1))).toBe("pki/too-many-iterations");
  expect(await codeFor(scrypt(1024, 8, 1000))).toBe("pki/too-many-iterations");
  expect(await codeFor(scrypt(1024, 8, 1))).toBe("pki/wrong-password");
});

test("schemes that are not accepted are refused by their names", async () => {
  expect(await codeFor(oldPbe(1, 1))).toBe("pki/encryption-unsupported");
  expect(await codeFor(pbes2(pbkdf2(1), "1.2.840.113549.3.2"))).toBe("pki/encryption-unsupported");
  expect(await codeFor(sequence(oid("1.2.3")))).toBe("pki/encryption-unsupported");
});

test("the derivation of PKCS#12 gives what OpenSSL and Java give", async () => {
  const salt = fromHex("0a58cf64530d823f");
  const key = await deriveByPkcs12("sha1", 1, passwordForms("smeg")[0]!.bmp, salt, 1, 24, newBudget());
  expect(toHex(key)).toBe("8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3");
});
