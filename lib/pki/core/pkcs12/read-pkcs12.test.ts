import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { sequence, TAG, tlv } from "#lib/pki/core/asn1/der.ts";
import { isPkcs12, readPkcs12 } from "#lib/pki/core/pkcs12/read-pkcs12.ts";
import { asBer, opensslPkcs12, pkcs8Of } from "#lib/pki/core/pkcs12/testing.ts";
import { isKeyPair } from "#lib/pki/core/private-key.ts";
import { type Authority, seeded, testSeal, testWorld, type World } from "#lib/pki/core/testing.ts";

let world: World;
let holder: Authority;
let chain: Uint8Array[];
let modern: Uint8Array;
let old: Uint8Array;
beforeAll(async () => {
  world = await testWorld();
  holder = await testSeal(world.issuing, "ecdsa-p256-sha256");
  chain = [world.issuing.certificateDer, world.root.certificateDer];
  modern = opensslPkcs12(holder, chain, "correct horse", ["-name", "Our seal – ß"]);
  old = opensslPkcs12(holder, chain, "correct horse", ["-legacy"]);
});

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

describe("what OpenSSL wrote", () => {
  test.each([
    { args: ["-legacy"], ciphers: ["RC2-40", "3DES"], mac: "HMAC-SHA-1", isOld: true },
    {
      args: ["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-128"],
      ciphers: ["RC2-128"],
      mac: "HMAC-SHA-1",
      isOld: true,
    },
    {
      args: ["-legacy", "-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-3DES"],
      ciphers: ["2-key 3DES", "3DES"],
      mac: "HMAC-SHA-1",
      isOld: true,
    },
    { args: ["-macalg", "sha1"], ciphers: ["AES-256"], mac: "HMAC-SHA-1", isOld: false },
    { args: ["-macalg", "sha224"], ciphers: ["AES-256"], mac: "HMAC-SHA-224", isOld: false },
    { args: ["-macalg", "sha384"], ciphers: ["AES-256"], mac: "HMAC-SHA-384", isOld: false },
    { args: ["-macalg", "sha512", "-iter", "1"], ciphers: ["AES-256"], mac: "HMAC-SHA-512", isOld: false },
    {
      args: ["-certpbe", "AES-128-CBC", "-keypbe", "AES-192-CBC"],
      ciphers: ["AES-128", "AES-192"],
      mac: "HMAC-SHA-256",
      isOld: false,
    },
    { args: ["-certpbe", "DES-EDE3-CBC"], ciphers: ["3DES", "AES-256"], mac: "HMAC-SHA-256", isOld: true },
    { args: ["-nomac"], ciphers: ["AES-256"], mac: "none", isOld: false },
    { args: ["-certpbe", "NONE", "-keypbe", "NONE"], ciphers: [], mac: "HMAC-SHA-256", isOld: false },
  ])("with $args opens, and says how it was encrypted", async ({ args, ciphers, mac, isOld }) => {
    const opened = await readPkcs12(opensslPkcs12(holder, chain, "correct horse", args), "correct horse");
    expect(opened.keys.map(({ pkcs8 }) => toHex(pkcs8))).toEqual([toHex(pkcs8Of(holder))]);
    expect(opened.certificates.map(({ der }) => toHex(der)).toSorted()).toEqual(
      [holder.certificateDer, ...chain].map(toHex).toSorted(),
    );
    expect(opened.encryptions.map(({ cipher }) => cipher)).toEqual(ciphers);
    expect(opened.integrity.name).toBe(mac);
    expect(opened.isOldEncryption).toBe(isOld);
    expect(opened.hasUnencryptedKey).toBe(ciphers.length === 0);
  });

  test.each(["", "pässwörd", "пароль 密码", "🔑 and more", "x".repeat(500)])(
    "under the password %j opens, in the old form and in the new",
    async (password) => {
      for (const args of [["-legacy"], []]) {
        const made = opensslPkcs12(holder, [], password, args);
        expect((await readPkcs12(made, password)).keys).toHaveLength(1);
        expect(await codeOf(readPkcs12(made, "another"))).toBe("pki/wrong-password");
      }
    },
  );

  test("a file without a password opens without one", async () => {
    const made = opensslPkcs12(holder, [], "", ["-legacy"]);
    expect((await readPkcs12(made, null)).keys).toHaveLength(1);
    expect(await codeOf(readPkcs12(modern, null))).toBe("pki/password-needed");
  });

  test("names and the link between key and certificate are kept", async () => {
    const { keys, certificates } = await readPkcs12(modern, "correct horse");
    expect(keys[0]!.friendlyName).toBe("Our seal – ß");
    const own = certificates.find(({ localKeyId }) => localKeyId === keys[0]!.localKeyId);
    expect(toHex(own!.der)).toBe(toHex(holder.certificateDer));
    expect(isKeyPair(keys[0]!, holder.key.publicKey)).toBe(true);
    expect(isKeyPair(keys[0]!, world.issuing.key.publicKey)).toBe(false);
  });

  test("certificates alone open as certificates alone", async () => {
    const made = opensslPkcs12(holder, chain, "pw", ["-nokeys"]);
    const { keys, certificates } = await readPkcs12(made, "pw");
    expect([keys.length, certificates.length]).toEqual([0, 3]);
  });

  test("written in streams, with indefinite lengths, it opens all the same", async () => {
    for (const der of [modern, old]) {
      const { keys, certificates } = await readPkcs12(asBer(der), "correct horse");
      expect([keys.length, certificates.length]).toEqual([1, 3]);
    }
  });
});

test("a Java key store with two keys opens with both, by their names", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-pki-"));
  try {
    const store = path.join(folder, "two.p12");
    for (const name of ["first", "second"]) {
      const words = `-genkeypair -alias ${name} -keyalg EC -groupname secp256r1 -dname CN=${name}`.split(" ");
      const where = ["-storetype", "PKCS12", "-keystore", store, "-storepass", "changeit"];
      execFileSync("keytool", [...words, ...where], { stdio: "pipe" });
    }
    const { keys, certificates } = await readPkcs12(readFileSync(store), "changeit");
    expect(keys.map(({ friendlyName }) => friendlyName)).toEqual(["first", "second"]);
    expect(certificates).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("what is refused", () => {
  test("a wrong password, with and without a MAC", async () => {
    expect(await codeOf(readPkcs12(modern, "wrong"))).toBe("pki/wrong-password");
    expect(await codeOf(readPkcs12(old, "wrong"))).toBe("pki/wrong-password");
    const bare = opensslPkcs12(holder, chain, "right", ["-nomac", "-legacy"]);
    for (let round = 0; round < 40; round++) {
      expect(await codeOf(readPkcs12(bare, `wrong ${round}`))).toBe("pki/wrong-password");
    }
  });

  test("what is no PKCS#12 file", async () => {
    for (const bytes of [new Uint8Array(0), holder.certificateDer, Buffer.from("hello"), pkcs8Of(holder)]) {
      expect(await codeOf(readPkcs12(bytes, "x"))).toBe("pki/not-pkcs12");
      expect(isPkcs12(bytes)).toBe(false);
    }
    expect([isPkcs12(modern), isPkcs12(asBer(old))]).toEqual([true, true]);
  });

  test("a file above a megabyte", async () => {
    expect(await codeOf(readPkcs12(new Uint8Array(1024 * 1024 + 1), "x"))).toBe("pki/too-large");
  });

  test("nested without end", async () => {
    let nested: Uint8Array = sequence();
    for (let depth = 0; depth < 100; depth++) nested = sequence(nested);
    expect(await codeOf(readPkcs12(nested, "x"))).toBe("pki/not-pkcs12");
    const open = Buffer.concat(Array.from({ length: 100_000 }, () => Uint8Array.of(0x30, 0x80)));
    expect(await codeOf(readPkcs12(open, "x"))).toBe("pki/not-pkcs12");
    expect(await codeOf(readPkcs12(tlv(TAG.sequence, new Uint8Array(900_000).fill(5)), "x"))).toMatch(
      /^pki\//,
    );
  });

  test("wounded in any place, it opens or is refused with a reason", async () => {
    const random = seeded(12);
    const plain = opensslPkcs12(holder, chain, "pw", ["-nomac", "-certpbe", "NONE", "-keypbe", "NONE"]);
    for (let round = 0; round < 400; round++) {
      const source = [plain, old, modern][round % 3]!.slice();
      for (let cut = 0; cut <= round % 4; cut++)
        source[Math.floor(random() * source.length)] = random() * 256;
      const part = round % 5 === 0 ? source.subarray(0, Math.floor(random() * source.length)) : source;
      const code = await codeOf(readPkcs12(part, round % 3 === 0 ? "pw" : "correct horse"));
      expect(code ?? "pki/").toMatch(/^pki\//);
    }
  });
});
