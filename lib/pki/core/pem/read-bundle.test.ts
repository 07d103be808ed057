import { beforeAll, describe, expect, test } from "vitest";
import { toHex, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { readPemBlocks } from "#lib/pki/core/pem/pem-blocks.ts";
import { readPemBundle } from "#lib/pki/core/pem/read-bundle.ts";
import { keyPem, pkcs8Of } from "#lib/pki/core/pkcs12/testing.ts";
import { encryptPrivateKey } from "#lib/pki/core/private-key.ts";
import {
  type Authority,
  openssl,
  opensslMakes,
  pem,
  randomOctets,
  seeded,
  testKey,
  testRoot,
  wildCertificate,
} from "#lib/pki/core/testing.ts";

let ec: Authority;
let rsa: Authority;
beforeAll(async () => {
  ec = await testRoot();
  rsa = await wildCertificate({ subject: "RSA", key: testKey("rsa-2048-sha256") });
});

const make = (args: string, holder: Authority): string =>
  toUtf8(opensslMakes("out.pem", [...args.split(" "), "-out", "out.pem"], { "key.pem": keyPem(holder) }));

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

describe("a private key that OpenSSL wrote", () => {
  test.each([
    ["pkey -in key.pem", "rsa", null],
    ["rsa -in key.pem -traditional", "rsa", null],
    ["ec -in key.pem", "ec", null],
    ["pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -passout pass:pw", "ec", "AES-256"],
    ["pkcs8 -topk8 -in key.pem -v2 aes-128-cbc -v2prf hmacWithSHA512 -passout pass:pw", "rsa", "AES-128"],
    ["pkcs8 -topk8 -in key.pem -v2 des3 -passout pass:pw", "rsa", "3DES"],
    ["pkcs8 -topk8 -in key.pem -scrypt -passout pass:pw", "ec", "AES-256"],
    [
      "pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-3DES -provider legacy -provider default -passout pass:pw",
      "ec",
      "3DES",
    ],
    ["rsa -in key.pem -traditional -aes192 -passout pass:pw", "rsa", "AES-192"],
    ["ec -in key.pem -des3 -passout pass:pw", "ec", "3DES"],
  ] as const)("with %s is read", async (args, kind, cipher) => {
    const holder = kind === "rsa" ? rsa : ec;
    const text = make(args, holder);
    const { keys } = await readPemBundle(text, "pw");
    expect(keys.map(({ publicKey }) => toHex(publicKey))).toEqual([toHex(holder.key.publicKey)]);
    expect(toHex(keys[0]!.pkcs8)).toBe(toHex(pkcs8Of(holder)));
    expect(keys[0]!.encryption?.cipher ?? null).toBe(cipher);
    expect(keys[0]!.algorithm).toBe(holder.key.algorithm);
    if (cipher === null) return;
    expect(await codeOf(readPemBundle(text, "wrong"))).toBe("pki/wrong-password");
    expect(await codeOf(readPemBundle(text, null))).toBe("pki/password-needed");
  });

  test("is opened by it again when we wrote it", async () => {
    const der = await encryptPrivateKey({ pkcs8: pkcs8Of(ec) }, "pw", randomOctets(32));
    const files = { "key.pem": toPem(der, "ENCRYPTED PRIVATE KEY") };
    expect(openssl("pkey -in key.pem -passin pass:pw -pubout".split(" "), files)).toContain("PUBLIC KEY");
    expect(openssl("asn1parse -in key.pem".split(" "), files)).toMatch(
      /PBES2[\s\S]*hmacWithSHA256[\s\S]*aes-256-cbc/,
    );
  });
});

describe("a bundle", () => {
  test("is read whatever its lines end with and whatever stands between", async () => {
    const text = `Bag Attributes\r\n  friendlyName: x\r\n${pem(ec.certificateDer).replaceAll("\n", "\r\n")}
subject=CN = hello\n${keyPem(ec)}-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem(rsa.certificateDer).replace(/\n(?!$)/g, " \n\t")}`;
    const bundle = await readPemBundle(text, null);
    expect(bundle.certificates.map(({ der }) => toHex(der))).toEqual(
      [ec, rsa].map(({ certificateDer }) => toHex(certificateDer)),
    );
    expect([bundle.keys.length, bundle.hasUnencryptedKey]).toEqual([1, true]);
    expect(bundle.skippedLabels).toEqual(["EC PARAMETERS"]);
  });

  test("of PKCS#7 and a request is read too", async () => {
    const certs = { "c.pem": pem(ec.certificateDer) + pem(rsa.certificateDer), "key.pem": keyPem(ec) };
    const p7 = opensslMakes("o", "crl2pkcs7 -nocrl -certfile c.pem -out o".split(" "), certs);
    const request = opensslMakes("o", "req -new -key key.pem -subj /CN=A -out o".split(" "), certs);
    const bundle = await readPemBundle(toUtf8(p7) + toUtf8(request), null);
    expect([bundle.certificates.length, bundle.requests.length]).toEqual([2, 1]);
  });

  test("that is broken is refused", async () => {
    const text = pem(ec.certificateDer);
    expect(await codeOf(readPemBundle(text.slice(0, 300), null))).toBe("pki/malformed");
    expect(await codeOf(readPemBundle(text.slice(0, 300) + text, null))).toBe("pki/malformed");
    expect(await codeOf(readPemBundle(text.replace("M", "*"), null))).toBe("pki/malformed");
    expect(await codeOf(readPemBundle(keyPem(ec).replace("M", "A"), null))).toMatch(/^pki\/not-a-key/);
    expect(await codeOf(readPemBundle("-".repeat(5_000_000), null))).toBe("pki/too-large");
    expect(await codeOf(readPemBundle(text.repeat(501), null))).toBe("pki/too-large");
    expect(readPemBlocks("nothing here")).toEqual([]);
  });

  test("of many first lines is refused at once", async () => {
    const started = Date.now();
    const lines = "-----BEGIN CERTIFICATE-----\n".repeat(140_000);
    expect(await codeOf(readPemBundle(lines, null))).toBe("pki/malformed");
    expect(await codeOf(readPemBundle(`-----BEGIN A-----\n${"a: \n".repeat(900_000)}`, null))).toBe(
      "pki/malformed",
    );
    const headers = `-----BEGIN A-----\n${"a:\n ".repeat(900_000)}-----END A-----`;
    expect(await codeOf(readPemBundle(headers, null))).toBe("pki/malformed");
    expect(Date.now() - started).toBeLessThan(60_000);
  });

  test("wounded anywhere is read or refused with a reason", async () => {
    const random = seeded(7);
    const locked = make("pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -iter 10 -passout pass:pw", ec);
    const source = pem(ec.certificateDer) + keyPem(ec) + locked + keyPem(rsa);
    for (let round = 0; round < 600; round++) {
      const text = [...source];
      for (let cut = 0; cut <= round % 5; cut++)
        text[Math.floor(random() * text.length)] = String.fromCharCode(random() * 128);
      expect((await codeOf(readPemBundle(text.join(""), "pw"))) ?? "pki/").toMatch(/^pki\//);
    }
  });
});
