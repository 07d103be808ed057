import { createHash, createPublicKey, verify } from "node:crypto";
import { type KeyAlgorithm, keysError, type SigningKey } from "#lib/ports/keys.ts";
import { ALGORITHMS, signingOptions } from "./key-algorithms.ts";

/** A key elsewhere that is given digests to sign, never what we sign; whatever it answers is checked. */
export function digestKey(key: {
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: Uint8Array;
  signDigest(digest: Uint8Array): Promise<Uint8Array>;
}): SigningKey {
  const { id, algorithm, publicKey } = key;
  const { hash } = ALGORITHMS[algorithm];
  const verifier = {
    key: createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" }),
    ...signingOptions(algorithm),
  };
  return {
    id,
    algorithm,
    publicKey,
    async sign(message) {
      const digest = new Uint8Array(createHash(hash).update(message).digest());
      const signature = await key.signDigest(digest);
      // A wrong signature would stay in a document for ever; asking again costs little.
      if (!verify(hash, message, verifier, signature)) {
        throw keysError("unavailable", `key ${id} gave a signature that does not verify`);
      }
      return new Uint8Array(signature);
    },
    signDigest: async (digest) => new Uint8Array(await key.signDigest(digest)),
  };
}
