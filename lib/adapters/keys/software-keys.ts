import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { promisify } from "node:util";
import { uuidV7 } from "#lib/ids.ts";
import {
  type KeyAlgorithm,
  type KeyProvider,
  keysError,
  type SigningKey,
  signingKeyPurpose,
} from "#lib/ports/keys.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { openSecret, sealSecret } from "#lib/ports/sealed-secret.ts";
import { signDigestEcdsa } from "./ecdsa-digest.ts";
import { ALGORITHMS, algorithmOf, digestInfo, signingOptions } from "./key-algorithms.ts";
import { signDigestInfo, signDigestPss } from "./rsa-digest.ts";
import { signInThread } from "./signing-threads.ts";

/** Where sealed private keys are kept. */
export interface KeyVault {
  /** Keeps `sealed` under an id that is new. */
  save(id: string, sealed: Uint8Array): Promise<void>;
  load(id: string): Promise<Uint8Array | null>;
}

// On Node's thread pool: an RSA key takes a second to make, and the event loop goes on.
const generate = promisify(generateKeyPair);
const signInPool = promisify(sign);

/**
 * Keys that are sealed in a vault and come into this process's memory to sign: the worker's, never the web's.
 * A sealed key is its PKCS#8 (RFC 5958) under the master key, bound to its id.
 */
export function softwareKeys({ vault, masterKey }: { vault: KeyVault; masterKey: MasterKey }): KeyProvider {
  const exportKey = async (id: string): Promise<Uint8Array> => {
    const sealed = await vault.load(id);
    if (!sealed) throw keysError("not-found", `no key ${id}`);
    return openSecret(masterKey, signingKeyPurpose(id), sealed);
  };
  return {
    name: "software",
    async check() {
      await vault.load("00000000-0000-7000-8000-000000000000");
    },
    exportKey,
    async create(algorithm) {
      const id = uuidV7(Date.now(), randomBytes(10));
      const privateKey = await newPrivateKey(algorithm);
      const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
      await vault.save(id, await sealSecret(masterKey, signingKeyPurpose(id), pkcs8));
      pkcs8.fill(0);
      return softwareKey(id, algorithm, privateKey);
    },
    async open(id, algorithm) {
      const pkcs8 = Buffer.from(await exportKey(id));
      const privateKey = createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" });
      pkcs8.fill(0);
      return softwareKey(id, algorithmOf(privateKey, algorithm), privateKey);
    },
  };
}

/** A key held in this process: whoever reads our memory has it. Throws keys/unsupported-algorithm on a misfit. */
export function softwareKey(id: string, algorithm: KeyAlgorithm, key: KeyObject): SigningKey {
  algorithmOf(key, algorithm);
  const { type, hash, isPss } = ALGORITHMS[algorithm];
  const options = isPss ? { key, ...signingOptions(algorithm) } : key;
  const publicKey = createPublicKey(key);
  return {
    id,
    algorithm,
    publicKey: new Uint8Array(publicKey.export({ type: "spki", format: "der" })),
    // A curve's signature takes less time than the way to the pool and back.
    sign: async (message) =>
      new Uint8Array(type === "ec" ? sign(hash, message, options) : await signInPool(hash, message, options)),
    ...(type === "ec" && {
      signChecked: (message) => signInThread({ privateKey: key, publicKey, hash, message }),
    }),
    async signDigest(digest) {
      if (type === "ec") return signDigestEcdsa(key, digest);
      return isPss ? signDigestPss(key, hash, digest) : signDigestInfo(key, digestInfo(hash, digest));
    },
  };
}

async function newPrivateKey(algorithm: KeyAlgorithm): Promise<KeyObject> {
  const { type, size } = ALGORITHMS[algorithm];
  const { privateKey } =
    type === "ec"
      ? await generate("ec", { namedCurve: size as string })
      : await generate("rsa", { modulusLength: size as number });
  return privateKey;
}
