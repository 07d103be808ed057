import { constants, createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyAlgorithm, KeyProvider, SigningKey } from "./keys.ts";

export interface KeysUnderTest {
  readonly provider: KeyProvider;
  close?(): Promise<void>;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const ALGORITHMS: { algorithm: KeyAlgorithm; hash: string; details: object; padding?: typeof PSS }[] = [
  { algorithm: "ecdsa-p256-sha256", hash: "sha256", details: { namedCurve: "prime256v1" } },
  { algorithm: "ecdsa-p384-sha384", hash: "sha384", details: { namedCurve: "secp384r1" } },
  { algorithm: "rsa-2048-sha256", hash: "sha256", details: { modulusLength: 2048 } },
  { algorithm: "rsa-3072-sha256", hash: "sha256", details: { modulusLength: 3072 } },
  { algorithm: "rsa-4096-sha256", hash: "sha256", details: { modulusLength: 4096 } },
  {
    ...{ algorithm: "rsa-pss-2048-sha256", hash: "sha256", details: { modulusLength: 2048 } },
    padding: PSS,
  },
  {
    ...{ algorithm: "rsa-pss-3072-sha256", hash: "sha256", details: { modulusLength: 3072 } },
    padding: PSS,
  },
  {
    ...{ algorithm: "rsa-pss-4096-sha256", hash: "sha256", details: { modulusLength: 4096 } },
    padding: PSS,
  },
];

/** What every KeyProvider does. */
export function keysContract(name: string, make: () => Promise<KeysUnderTest>): void {
  describe(`keys: ${name}`, () => {
    let keys: KeysUnderTest;
    beforeAll(async () => {
      keys = await make();
    });
    afterAll(async () => {
      await keys?.close?.();
    });

    test.for(ALGORITHMS)(
      "makes, finds and signs with $algorithm",
      async ({ algorithm, hash, details, padding }) => {
        const made = await keys.provider.create(algorithm, `contract ${algorithm}`);
        const found = await keys.provider.open(made.id, algorithm);
        expect(found).toMatchObject({ id: made.id, algorithm, publicKey: made.publicKey });
        expect(publicKeyOf(made).asymmetricKeyDetails).toMatchObject(details);

        for (const key of [made, found]) {
          for (const message of [new Uint8Array(0), randomBytes(100), randomBytes(100_000)]) {
            const signature = await key.sign(message);
            const verifier = { key: publicKeyOf(made), ...padding };
            expect(verify(hash, message, verifier, signature)).toBe(true);
            expect(verify(hash, randomBytes(100), verifier, signature)).toBe(false);
            const ofHash = await key.signDigest?.(createHash(hash).update(message).digest());
            if (ofHash) expect(verify(hash, message, verifier, ofHash)).toBe(true);
          }
        }
      },
    );

    test("gives ECDSA as DER and RSA as long as the modulus", async () => {
      const message = randomBytes(50);
      const ecdsa = await (await keys.provider.create("ecdsa-p256-sha256", "der")).sign(message);
      expect([ecdsa[0], ecdsa[1], ecdsa[2]]).toEqual([0x30, ecdsa.length - 2, 0x02]);
      const rsa = await (await keys.provider.create("rsa-2048-sha256", "modulus")).sign(message);
      expect(rsa.length).toBe(256);
    });

    test("makes another key each time", async () => {
      const [one, other] = [
        await keys.provider.create("ecdsa-p256-sha256", "same"),
        await keys.provider.create("ecdsa-p256-sha256", "same"),
      ];
      expect(one.id).not.toBe(other.id);
      expect(one.publicKey).not.toEqual(other.publicKey);
    });

    test("signs many things at once", async () => {
      const key = await keys.provider.create("ecdsa-p256-sha256", "many");
      const messages = Array.from({ length: 40 }, () => randomBytes(64));
      const signatures = await Promise.all(messages.map((message) => key.sign(message)));
      const isGood = (message: Uint8Array, index: number) =>
        verify("sha256", message, publicKeyOf(key), signatures[index]!);
      expect(messages.every(isGood)).toBe(true);
    });

    test("opens no key for an algorithm that is not its own", async () => {
      const { id } = await keys.provider.create("ecdsa-p256-sha256", "of its own");
      const opened = keys.provider.open(id, "rsa-3072-sha256");
      await expect(opened).rejects.toMatchObject({ kind: "invalid", code: "keys/unsupported-algorithm" });
    });

    test("says that its keys can be used", async () => {
      await expect(keys.provider.check()).resolves.toBeUndefined();
    });

    test("does not find a key nobody made", async () => {
      const unknown = keys.provider.open("0199f3a0-0000-7000-8000-000000000000");
      await expect(unknown).rejects.toMatchObject({ kind: "not-found", code: "keys/not-found" });
    });
  });
}

const publicKeyOf = ({ publicKey }: SigningKey) =>
  createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
