import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { equalBytes } from "#lib/bytes.ts";
import { decodeWrappedKey, encodeWrappedKey, type MasterKey } from "./master-key.ts";
import { openSecret, sealSecret } from "./sealed-secret.ts";

export interface MasterKeyUnderTest {
  readonly masterKey: MasterKey;
  /** The same master key as the next process sees it after a rotation. */
  rotated(): Promise<MasterKey>;
  /** Somebody else's master key of the same make. */
  stranger(): Promise<MasterKey>;
  close?(): Promise<void>;
}

/** What every MasterKey does. */
export function masterKeyContract(name: string, make: () => Promise<MasterKeyUnderTest>): void {
  describe(`master key: ${name}`, () => {
    let keys: MasterKeyUnderTest;
    const dataKey = new Uint8Array(randomBytes(32));
    const mismatch = { kind: "invalid", code: "master-key/mismatch" };

    beforeAll(async () => {
      keys = await make();
    });
    afterAll(async () => {
      await keys?.close?.();
    });

    test("unwraps what it wrapped, in the same context", async () => {
      const wrapped = await keys.masterKey.wrap(dataKey, "org/1/a.enc");
      expect(wrapped.masterKeyId).toBe(keys.masterKey.id);
      expect(await keys.masterKey.unwrap(wrapped, "org/1/a.enc")).toEqual(dataKey);
    });

    test("never wraps twice the same way, nor shows the key", async () => {
      const [one, other] = [await keys.masterKey.wrap(dataKey, "a"), await keys.masterKey.wrap(dataKey, "a")];
      expect(equalBytes(one.wrapped, other.wrapped)).toBe(false);
      expect(Buffer.from(one.wrapped).includes(Buffer.from(dataKey))).toBe(false);
    });

    test("does not unwrap in another context", async () => {
      const wrapped = await keys.masterKey.wrap(dataKey, "org/1/a.enc");
      await expect(keys.masterKey.unwrap(wrapped, "org/2/a.enc")).rejects.toMatchObject(mismatch);
    });

    test("does not unwrap what was changed, cut or made up", async () => {
      const { masterKeyId, wrapped } = await keys.masterKey.wrap(dataKey, "a");
      const attempts: Uint8Array[] = [
        new Uint8Array(1),
        wrapped.subarray(0, -1),
        randomBytes(wrapped.length),
      ];
      for (let position = 0; position < wrapped.length; position += 7) {
        const changed = new Uint8Array(wrapped);
        changed[position]! ^= 0x10;
        attempts.push(changed);
      }
      for (const attempt of attempts) {
        await expect(keys.masterKey.unwrap({ masterKeyId, wrapped: attempt }, "a")).rejects.toMatchObject(
          mismatch,
        );
      }
    });

    test("does not unwrap under another name", async () => {
      const { masterKeyId, wrapped } = await keys.masterKey.wrap(dataKey, "a");
      for (const other of [
        "",
        "local:99",
        `${masterKeyId}0`,
        "aws-kms:arn:aws:kms:eu-west-1:000000000000:key/1",
      ]) {
        await expect(keys.masterKey.unwrap({ masterKeyId: other, wrapped }, "a")).rejects.toMatchObject(
          mismatch,
        );
      }
    });

    test("does not unwrap what a stranger wrapped", async () => {
      const wrapped = await (await keys.stranger()).wrap(dataKey, "a");
      await expect(keys.masterKey.unwrap(wrapped, "a")).rejects.toMatchObject(mismatch);
    });

    test("survives being written down", async () => {
      const wrapped = await keys.masterKey.wrap(dataKey, "a");
      const written = encodeWrappedKey(wrapped);
      expect(decodeWrappedKey(written)).toEqual({ key: wrapped, end: written.length });
      for (let length = 0; length < written.length; length++) {
        expect(decodeWrappedKey(written.subarray(0, length))).toBe(null);
      }
    });

    test("seals secrets for one purpose", async () => {
      const secret = Buffer.from("the TOTP seed of Ada");
      const sealed = await sealSecret(keys.masterKey, "totp-seed:1", secret);
      expect(Buffer.from(sealed).includes("seed")).toBe(false);
      expect(Buffer.from(await openSecret(keys.masterKey, "totp-seed:1", sealed))).toEqual(secret);
      await expect(openSecret(keys.masterKey, "totp-seed:2", sealed)).rejects.toMatchObject(mismatch);
      for (let position = 0; position < sealed.length; position++) {
        const changed = new Uint8Array(sealed);
        changed[position]! ^= 1;
        await expect(openSecret(keys.masterKey, "totp-seed:1", changed)).rejects.toMatchObject(mismatch);
      }
      await expect(openSecret(keys.masterKey, "totp-seed:1", sealed.subarray(0, -1))).rejects.toMatchObject(
        mismatch,
      );
    });

    test("wraps with the newest key after a rotation and unwraps with all", async () => {
      const before = await keys.masterKey.wrap(dataKey, "a");
      const rotated = await keys.rotated();
      const after = await rotated.wrap(dataKey, "a");
      expect(after.masterKeyId).not.toBe(before.masterKeyId);
      expect(after.masterKeyId).toBe(rotated.id);
      expect(await rotated.unwrap(before, "a")).toEqual(dataKey);
      expect(await rotated.unwrap(after, "a")).toEqual(dataKey);
    });
  });
}
