import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { expect, test } from "vitest";
import { signWith } from "#lib/pki/core/signed.ts";
import { signInThread } from "./signing-threads.ts";
import { softwareKey } from "./software-keys.ts";

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

test("many at once are each signed with their own key over their own message", async () => {
  const pairs = [pair(), pair()];
  const messages = Array.from({ length: 300 }, (_, index) => new Uint8Array(randomBytes(1 + index)));
  const keys = pairs.map(({ privateKey }) => softwareKey("one", "ecdsa-p256-sha256", privateKey));
  const signed = await Promise.all(messages.map((message, index) => signWith(keys[index % 2]!, message)));
  for (const [index, signature] of signed.entries()) {
    const key = createPublicKey(pairs[index % 2]!.privateKey);
    expect(verify("sha256", messages[index]!, { key, dsaEncoding: "der" }, signature)).toBe(true);
  }
});

test("a signature that does not verify never leaves, and those beside it do", async () => {
  const [mine, other] = [pair(), pair()];
  const task = { ...mine, hash: "sha256", message: new Uint8Array(randomBytes(40)) };
  const mixed = await Promise.all([
    signInThread(task),
    signInThread({ ...task, publicKey: other.publicKey }),
    signInThread(task),
  ]);
  expect(mixed.map((signature) => signature !== null)).toEqual([true, false, true]);

  const key = softwareKey("one", "ecdsa-p256-sha256", mine.privateKey);
  const broken = { ...key, signChecked: async () => null };
  const several = [signWith(broken, task.message), signWith(broken, task.message)];
  const [, second] = await Promise.allSettled(several);
  expect(second).toMatchObject({ status: "rejected", reason: { code: "pki/key-mismatch" } });
});

test("what cannot be signed fails for itself alone", async () => {
  const task = { ...pair(), hash: "sha256", message: new Uint8Array(randomBytes(40)) };
  const [failed, fine] = await Promise.allSettled([
    signInThread({ ...task, hash: "no such hash" }),
    signInThread(task),
  ]);
  expect(failed).toMatchObject({ status: "rejected", reason: { code: "keys/unavailable" } });
  expect(fine.status).toBe("fulfilled");
});

test("more keys than a thread holds sign each their own, again and again", async () => {
  const keys = Array.from({ length: 9 }, (_, index) => {
    const { privateKey, publicKey } = pair();
    return { publicKey, key: softwareKey(`${index}`, "ecdsa-p256-sha256", privateKey) };
  });
  for (let round = 0; round < 6; round++) {
    const asked = Array.from({ length: 40 }, (_, index) => keys[(index * (round + 1)) % keys.length]!);
    const messages = asked.map((_, index) => new Uint8Array(randomBytes(1 + index)));
    const signed = await Promise.all(asked.map(({ key }, index) => signWith(key, messages[index]!)));
    for (const [index, signature] of signed.entries())
      expect(verify("sha256", messages[index]!, asked[index]!.publicKey, signature)).toBe(true);
  }
});
