import { createPublicKey, randomBytes, verify } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { keysContract } from "#lib/ports/keys.contract.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import { noTokenBecause, type SoftHsm, softHsm } from "../testing/soft-hsm.ts";
import { type Pkcs11Access, pkcs11Keys } from "./pkcs11-keys.ts";

const hsm = noTokenBecause ? (null as unknown as SoftHsm) : softHsm();
if (noTokenBecause) console.warn(`Tokens are not tested: ${noTokenBecause}`);
afterAll(() => hsm?.close());

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const keys of opened.splice(0)) keys.close();
});

function keysOf(access: Partial<Pkcs11Access> = {}) {
  const { module, label, pin, environment } = hsm;
  const keys = pkcs11Keys({ module, token: label, pin: { text: pin }, environment, ...access });
  opened.push(keys);
  return keys;
}

const message = randomBytes(200);
const isGood = ({ publicKey, algorithm }: SigningKey, signature: Uint8Array) =>
  verify(
    algorithm.endsWith("sha384") ? "sha384" : "sha256",
    message,
    createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" }),
    signature,
  );

describe.skipIf(noTokenBecause)("PKCS #11", () => {
  keysContract("PKCS #11 (SoftHSM)", async () => {
    const { module, label, pin, environment } = hsm;
    const provider = pkcs11Keys({ module, token: label, pin: { text: pin }, environment });
    return { provider, close: async () => provider.close() };
  });

  describe("a key in a token", () => {
    test("is listed by OpenSC as sensitive, never extractable and made there", async () => {
      await keysOf().create("ecdsa-p256-sha256", "listed by a stranger");
      const listed = hsm.tool(["-O", "--type", "privkey", "--label", "listed by a stranger"]);
      expect(listed).toMatch(/Access:\s+sensitive, always sensitive, never extractable, local/);
      expect(hsm.tool(["-O", "--type", "privkey"], { isLoggedIn: false })).not.toContain("listed");
    });

    test("is named by an RFC 7512 URI, and is found by its label as well", async () => {
      const keys = keysOf();
      const made = await keys.create("rsa-2048-sha256", "seal of Example, Inc.");
      expect(made.id).toMatch(
        /^pkcs11:token=whereof%20\w{6};serial=\w{16};id=(%[0-9a-f]{2}){16};type=private$/,
      );
      const found = await keys.open("pkcs11:object=seal%20of%20Example%2C%20Inc.");
      expect(found.id).toBe(made.id);
      expect(isGood(made, await found.sign(message))).toBe(true);
    });

    test("is not found in another token, nor when the label is of two", async () => {
      const keys = keysOf();
      const { id } = await keys.create("ecdsa-p256-sha256", "twice");
      await keys.create("ecdsa-p256-sha256", "twice");
      const notFound = { code: "keys/not-found" };
      await expect(keys.open(id.replace(/serial=\w+/, "serial=0000"))).rejects.toMatchObject(notFound);
      await expect(keys.open("pkcs11:object=twice")).rejects.toMatchObject(notFound);
      await expect(keys.open("pkcs11:")).rejects.toMatchObject(notFound);
    });

    test("that an administrator made with OpenSC signs too", async () => {
      hsm.tool(["--keypairgen", "--key-type", "EC:secp384r1", "--id", "0a0b", "--label", "by hand"]);
      const key = await keysOf().open("pkcs11:id=%0a%0B");
      expect(key.algorithm).toBe("ecdsa-p384-sha384");
      expect(isGood(key, await key.sign(message))).toBe(true);
    });

    test("is refused when somebody put it there so that it can be taken out", async () => {
      hsm.tool(
        ["--keypairgen", "--key-type", "EC:prime256v1", "--id", "0c", "--label", "loose"].concat(
          "--extractable",
        ),
      );
      await expect(keysOf().open("pkcs11:object=loose")).rejects.toMatchObject({ code: "keys/key-not-kept" });
    });

    test("is removed and refused when the token did not make it as it was told", async () => {
      for (const [attribute, value, name] of [
        ["162", "1", "extractable"],
        ["164", "0", "neverExtractable"],
        ["165", "0", "alwaysSensitive"],
        ["163", "0", "local"],
      ]) {
        hsm.fail(`attribute ${attribute} ${value}`);
        const label = `untrue ${attribute}`;
        const made = keysOf({ module: hsm.faultyModule }).create("ecdsa-p256-sha256", label);
        await expect(made).rejects.toMatchObject({
          code: "keys/key-not-kept",
          message: expect.stringContaining(name!),
        });
        expect(hsm.tool(["-O"])).not.toContain(label);
      }
    });

    test("of another curve or kind is refused", async () => {
      hsm.tool(["--keypairgen", "--key-type", "EC:secp521r1", "--id", "0d", "--label", "other curve"]);
      const found = keysOf().open("pkcs11:object=other%20curve");
      await expect(found).rejects.toMatchObject({ code: "keys/unsupported-algorithm" });
    });
  });

  describe("a token", () => {
    test("is found by its serial number, and by a label that is of two it is not", async () => {
      const { id } = await keysOf().create("ecdsa-p256-sha256", "by serial");
      expect((await keysOf({ token: hsm.serial }).open(id)).id).toBe(id);
      const other = softHsm();
      other.addToken(other.label);
      const { module, environment, pin, label } = other;
      const keys = keysOf({ module, environment, pin: { text: pin }, token: label });
      await expect(keys.open(id)).rejects.toMatchObject({
        code: "keys/token-not-found",
        message: expect.stringContaining("2 tokens are named"),
      });
      other.close();
    });

    test("that is not there, and a module that is not there or is none, have their own words", async () => {
      const id = "pkcs11:id=%01";
      const noToken = keysOf({ token: "elsewhere" }).open(id);
      await expect(noToken).rejects.toMatchObject({ kind: "unavailable", code: "keys/token-not-found" });
      const check = keysOf({ token: "elsewhere" }).check();
      await expect(check).rejects.toMatchObject({ code: "keys/token-not-found" });
      for (const module of ["/nowhere/module.so", import.meta.filename]) {
        const noModule = keysOf({ module }).open(id);
        await expect(noModule).rejects.toMatchObject({
          kind: "unavailable",
          code: "keys/module-not-loadable",
        });
      }
    });

    test("takes a PIN that was changed while it signs, and a wrong one is tried once and disturbs nothing", async () => {
      const own = softHsm();
      const file = path.join(tmpdir(), `pin-${randomBytes(6).toString("hex")}`);
      writeFileSync(file, own.pin);
      const keys = pkcs11Keys({
        ...{ module: own.module, token: own.label, environment: own.environment },
        pin: { file },
      });
      const key = await keys.create("ecdsa-p256-sha256", "goes on");
      await keys.check();
      const signing = () => Promise.all(Array.from({ length: 20 }, () => key.sign(message)));
      writeFileSync(file, "0000-wrong");
      const wrong = { kind: "forbidden", code: expect.stringMatching(/^keys\/(wrong-pin|pin-count-low)$/) };
      const [first] = await Promise.all([signing(), expect(keys.check()).rejects.toMatchObject(wrong)]);
      for (let count = 0; count < 5; count++) await expect(keys.check()).rejects.toMatchObject(wrong);
      expect(first.every((signature) => isGood(key, signature))).toBe(true);

      own.tool(["--login", "--change-pin", "--new-pin", "another-pin"]);
      writeFileSync(file, "another-pin\n");
      const [second] = await Promise.all([signing(), keys.check()]);
      await keys.check();
      expect([...second, await key.sign(message)].every((signature) => isGood(key, signature))).toBe(true);
      keys.close();
      rmSync(file);
      own.close();
    });

    test("is asked for a wrong PIN once, not again, until the file holds another", async () => {
      const file = path.join(tmpdir(), `pin-${randomBytes(6).toString("hex")}`);
      writeFileSync(file, "0000-wrong\n");
      const faulty = keysOf({ module: hsm.faultyModule, pin: { file } });
      const wrong = { kind: "forbidden", code: expect.stringMatching(/^keys\/(wrong-pin|pin-count-low)$/) };
      await expect(faulty.open("pkcs11:id=%01")).rejects.toMatchObject(wrong);
      // Would a log-in be tried, this would answer it.
      hsm.fail("C_Login a4");
      await expect(faulty.open("pkcs11:id=%01")).rejects.toMatchObject(wrong);
      writeFileSync(file, hsm.pin);
      hsm.fail();
      await expect(faulty.create("ecdsa-p256-sha256", "at last")).resolves.toBeDefined();
      rmSync(file);
      const withoutFile = keysOf({ pin: { file } }).open("pkcs11:id=%01");
      await expect(withoutFile).rejects.toMatchObject({ code: "keys/pin-unreadable" });
    });

    test.for([
      [["C_Login a0", "flags 0"], "keys/wrong-pin"],
      [["C_Login a4"], "keys/token-locked"],
      [Array(9).fill("flags 40000"), "keys/token-locked"],
      [Array(9).fill("flags 20000"), "keys/last-pin-try"],
      [["C_Login a0", ...Array(9).fill("flags 10000")], "keys/pin-count-low"],
      [["C_Login a3"], "keys/not-permitted"],
    ] as const)("says how its PIN stands: %j", async ([faults, code]) => {
      hsm.fail(...faults);
      const keys = keysOf({ module: hsm.faultyModule });
      await expect(keys.open("pkcs11:id=%01")).rejects.toMatchObject({ kind: "forbidden", code });
      hsm.fail();
    });
  });

  describe("a lost token", () => {
    const CODES = {
      CKR_SESSION_HANDLE_INVALID: "b3",
      CKR_SESSION_CLOSED: "b0",
      CKR_USER_NOT_LOGGED_IN: "101",
      CKR_KEY_HANDLE_INVALID: "60",
      CKR_DEVICE_REMOVED: "32",
      CKR_DEVICE_ERROR: "30",
      CKR_TOKEN_NOT_PRESENT: "e0",
      CKR_GENERAL_ERROR: "5",
      CKR_CRYPTOKI_NOT_INITIALIZED: "190",
    };

    test.for(Object.entries(CODES))("signs all the same after %s in mid-signature", async ([, code]) => {
      const key = await keysOf({ module: hsm.faultyModule }).create("ecdsa-p256-sha256", "lost");
      for (const call of ["C_SignInit", "C_Sign"]) {
        hsm.fail(`${call} ${code}`);
        expect(isGood(key, await key.sign(message))).toBe(true);
      }
    });

    test("says that it was lost in mid-signature when it stays lost, and signs once it is back", async () => {
      const key = await keysOf({ module: hsm.faultyModule }).create("ecdsa-p256-sha256", "lost");
      for (const code of [CODES.CKR_SESSION_HANDLE_INVALID, CODES.CKR_DEVICE_REMOVED]) {
        hsm.fail(...Array(9).fill(`C_Sign ${code}`));
        await expect(key.sign(message)).rejects.toMatchObject({
          kind: "unavailable",
          code: "keys/session-lost",
        });
        hsm.fail();
        expect(isGood(key, await key.sign(message))).toBe(true);
      }
    });

    test("comes back when its module crashes, with all that was under way", async () => {
      const key = await keysOf({ module: hsm.faultyModule }).create("rsa-2048-sha256", "crash");
      hsm.fail("C_Sign crash");
      const signatures = await Promise.all(Array.from({ length: 8 }, () => key.sign(message)));
      expect(signatures.every((signature) => isGood(key, signature))).toBe(true);
    });

    test("is unavailable when its module hangs, and only so long", async () => {
      // Made with all the time it needs: only the module that hangs is waited for briefly.
      const patient = keysOf({ module: hsm.faultyModule });
      const { id } = await patient.create("ecdsa-p256-sha256", "hang");
      const keys = keysOf({ module: hsm.faultyModule, answerWithinMs: 5_000 });
      const opened = async () => await keys.open(id, "ecdsa-p256-sha256");
      const key = await vi.waitFor(opened, { timeout: 60_000, interval: 500 });
      hsm.fail("C_Sign hang");
      const before = performance.now();
      await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
      expect(performance.now() - before).toBeLessThan(60_000);
      hsm.fail();
      // The process that takes over starts within the same five seconds, or, where all is busy, the one after it.
      const signed = await vi.waitFor(() => key.sign(message), { timeout: 60_000, interval: 500 });
      expect(isGood(key, signed)).toBe(true);
    });

    test("makes no second key on its own when the first got lost", async () => {
      const keys = keysOf({ module: hsm.faultyModule });
      hsm.fail(`C_GenerateKeyPair ${CODES.CKR_DEVICE_REMOVED}`);
      const made = keys.create("ecdsa-p256-sha256", "never made");
      await expect(made).rejects.toMatchObject({ code: "keys/unavailable" });
      expect(hsm.tool(["-O"])).not.toContain("never made");
      await expect(keys.create("ecdsa-p256-sha256", "made")).resolves.toBeDefined();
    });
  });

  test("a signature that does not verify is never passed on", async () => {
    const key = await keysOf({ module: hsm.faultyModule }).create("ecdsa-p256-sha256", "garbled");
    hsm.fail("garble it");
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/unavailable" });
    expect(isGood(key, await key.sign(message))).toBe(true);
  });

  test("this process goes on while a token makes a key", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const startedAt = performance.now();
    await keysOf().create("rsa-4096-sha256", "slow");
    clearInterval(timer);
    expect(ticks).toBeGreaterThan((performance.now() - startedAt) / 50);
  });
});
