import { execFileSync } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createSecureContext } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { readPkcs12 } from "#lib/pki/core/pkcs12/read-pkcs12.ts";
import { pkcs8Of } from "#lib/pki/core/pkcs12/testing.ts";
import { PKCS12_RANDOM_BYTES, writePkcs12 } from "#lib/pki/core/pkcs12/write-pkcs12.ts";
import { type Authority, openssl, randomOctets, testSeal, testWorld } from "#lib/pki/core/testing.ts";

const PASSWORD = "Zwölf Boxkämpfer";
let holder: Authority;
let chain: Uint8Array[];
beforeAll(async () => {
  const world = await testWorld();
  holder = await testSeal(world.issuing, "rsa-3072-sha256");
  chain = [holder.certificateDer, world.issuing.certificateDer, world.root.certificateDer];
});

const written = (integrity: "hmac" | "pbmac1" = "hmac", password = PASSWORD, iterations = 20_000) =>
  writePkcs12({
    key: { pkcs8: pkcs8Of(holder) },
    certificates: chain,
    friendlyName: "Seal – é",
    password,
    random: randomOctets(PKCS12_RANDOM_BYTES),
    iterations,
    integrity,
  });

test("OpenSSL opens it, and finds AES-256 and SHA-256 and nothing older", async () => {
  const files = { "a.p12": await written("hmac", PASSWORD, 600_000) };
  const info = openssl(["pkcs12", "-in", "a.p12", "-passin", `pass:${PASSWORD}`, "-noenc", "-info"], files);
  expect(info).toContain("MAC: sha256, Iteration 100000");
  expect(info).toContain("PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256");
  expect(info.replace(/-----BEGIN.+?-----END/gs, "")).not.toMatch(/RC2|3DES|sha1/i);
  expect(info.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  const key = info.slice(info.indexOf("-----BEGIN PRIVATE KEY"), info.indexOf("-----END PRIVATE KEY"));
  const theirs = createPublicKey(`${key}-----END PRIVATE KEY-----\n`).export({ type: "spki", format: "der" });
  expect(toHex(theirs)).toBe(toHex(holder.key.publicKey));
  expect(() => openssl(["pkcs12", "-in", "a.p12", "-passin", "pass:wrong", "-noenc"], files)).toThrow(
    /invalid password/,
  );
});

test("the OpenSSL in Node opens both forms of MAC", async () => {
  for (const integrity of ["hmac", "pbmac1"] as const) {
    const pfx = Buffer.from(await written(integrity));
    expect(() => createSecureContext({ pfx, passphrase: PASSWORD })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: "wrong" })).toThrow(/mac verify failure/);
  }
});

test("Java's keytool lists the key with its chain of three", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-pki-"));
  try {
    const file = path.join(folder, "a.p12");
    writeFileSync(file, await written("hmac", "only ascii here"));
    const where = ["-keystore", file, "-storetype", "PKCS12", "-storepass", "only ascii here"];
    const listed = execFileSync("keytool", ["-J-Duser.language=en", "-list", "-v", ...where], {
      encoding: "utf8",
    });
    expect(listed).toContain("Entry type: PrivateKeyEntry");
    expect(listed).toContain("Certificate chain length: 3");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("we open what we wrote, in both forms of MAC", async () => {
  for (const integrity of ["hmac", "pbmac1"] as const) {
    const opened = await readPkcs12(await written(integrity), PASSWORD);
    expect(opened.keys.map(({ pkcs8 }) => toHex(pkcs8))).toEqual([toHex(pkcs8Of(holder))]);
    expect(opened.certificates.map(({ der }) => toHex(der))).toEqual(chain.map(toHex));
    expect(opened.keys[0]!.friendlyName).toBe("Seal – é");
    expect(opened.integrity).toEqual({
      kind: integrity,
      name: integrity === "hmac" ? "HMAC-SHA-256" : "PBMAC1 with HMAC-SHA-256",
      iterations: 20_000,
    });
    const wrong = await readPkcs12(await written(integrity), "wrong").catch((error) => error);
    expect(isRefusal(wrong, "pki/wrong-password")).toBe(true);
  }
});

test("nothing is written under an empty password, or with too little chance", async () => {
  await expect(written("hmac", "")).rejects.toThrow(RangeError);
  const request = { key: { pkcs8: pkcs8Of(holder) }, certificates: chain, friendlyName: "", password: "x" };
  await expect(writePkcs12({ ...request, random: new Uint8Array(8) })).rejects.toThrow(RangeError);
  await expect(
    writePkcs12({ ...request, certificates: [], random: randomOctets(PKCS12_RANDOM_BYTES) }),
  ).rejects.toThrow(RangeError);
});

test("neither the key nor the names of anybody stand in it in the clear", async () => {
  const text = Buffer.from(await written()).toString("latin1");
  expect(text).not.toContain("Whereof Test");
  expect(text).not.toContain(Buffer.from(pkcs8Of(holder)).subarray(40, 60).toString("latin1"));
});
