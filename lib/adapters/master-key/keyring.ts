import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { type MasterKey, masterKeyError } from "#lib/ports/master-key.ts";

/** One of our own master keys. */
export interface MasterKeyVersion {
  /** Counts from 1 and is never given twice. */
  readonly version: number;
  readonly key: Uint8Array;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SCHEME = "local:";

export const newMasterKey = (version: number): MasterKeyVersion => ({ version, key: randomBytes(32) });

/**
 * A master key whose versions are held in this process: the newest wraps, all unwrap. A wrapped key is
 * nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM. Random nonces allow 2^32 wraps a version (NIST SP 800-38D §8.3).
 *
 * @param versions the versions known now, in order; asked anew when a wrapped key names one that is missing.
 */
export function keyring(versions: (isStale: boolean) => readonly MasterKeyVersion[]): MasterKey {
  const newest = () => versions(false).at(-1)!;
  const find = (id: string) => {
    const named = ({ version }: MasterKeyVersion) => SCHEME + version === id;
    return versions(false).find(named) ?? versions(true).find(named);
  };

  return {
    get id() {
      return SCHEME + newest().version;
    },
    async wrap(dataKey, context) {
      const { version, key } = newest();
      const masterKeyId = SCHEME + version;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additionalData(masterKeyId, context));
      const wrapped = concatBytes([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
      return { masterKeyId, wrapped };
    },
    async unwrap({ masterKeyId, wrapped }, context) {
      const found = find(masterKeyId);
      if (!found) throw masterKeyError("mismatch", `there is no master key ${printable(masterKeyId)}`);
      if (wrapped.length < NONCE_BYTES + TAG_BYTES)
        throw masterKeyError("mismatch", "no wrapped key: too short");
      const nonce = wrapped.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv("aes-256-gcm", found.key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(masterKeyId, context)).setAuthTag(wrapped.subarray(-TAG_BYTES));
      try {
        return concatBytes([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw masterKeyError("mismatch", `${masterKeyId} did not wrap this for ${context}`, { cause });
      }
    },
  };
}

const additionalData = (masterKeyId: string, context: string) =>
  fromUtf8(`whereof master key 1\0${masterKeyId}\0${context}`);

/** Damaged bytes decode to anything; the log gets a short and readable piece of it. */
const printable = (id: string) => JSON.stringify(id.slice(0, 80));
