import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import type { EnvelopeKeyRecords, EnvelopeName, StoredEnvelopeKey } from "#lib/ports/envelope-keys.ts";
import { decodeWrappedKey, encodeWrappedKey, type MasterKey, masterKeyError } from "#lib/ports/master-key.ts";

const ID = "envelope:1";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const OF_ENVELOPE = new RegExp(`^org/(${UUID})/envelopes/(${UUID})/`);
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Wraps the data keys of an envelope's files by a key of that envelope, and everything else by the master key. What
 * it wraps carries no key that the master key could open: with the envelope's record destroyed, neither the files
 * nor any copy of them can be read.
 *
 * A wrapped key is nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM, for names `org/<id>/envelopes/<id>/…`.
 *
 * @throws master-key/destroyed when the envelope's key is gone
 */
export function envelopeMasterKey(masterKey: MasterKey, records: EnvelopeKeyRecords): MasterKey {
  const open = async (envelope: EnvelopeName, stored: StoredEnvelopeKey) => {
    if (stored === "destroyed")
      throw masterKeyError("destroyed", `the key of envelope ${envelope.envelopeId}`);
    const wrapped = decodeWrappedKey(stored);
    if (!wrapped) throw masterKeyError("mismatch", `no key of envelope ${envelope.envelopeId}`);
    return masterKey.unwrap(wrapped.key, contextOf(envelope));
  };
  const openOrMake = async (envelope: EnvelopeName) => {
    const known = await records.find(envelope);
    if (known) return open(envelope, known);
    const wrapped = encodeWrappedKey(await masterKey.wrap(randomBytes(KEY_BYTES), contextOf(envelope)));
    // Of several who make one at the same time, the first one's stands.
    return open(envelope, await records.keep(envelope, wrapped));
  };

  return {
    get id() {
      return masterKey.id;
    },
    async wrap(dataKey, context) {
      const envelope = envelopeIn(context);
      if (!envelope) return masterKey.wrap(dataKey, context);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", await openOrMake(envelope), nonce);
      cipher.setAAD(additionalData(context));
      const wrapped = concatBytes([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
      return { masterKeyId: ID, wrapped };
    },
    async unwrap({ masterKeyId, wrapped }, context) {
      if (masterKeyId !== ID) return masterKey.unwrap({ masterKeyId, wrapped }, context);
      const envelope = envelopeIn(context);
      const stored = envelope && (await records.find(envelope));
      if (!stored || wrapped.length < NONCE_BYTES + TAG_BYTES)
        throw masterKeyError("mismatch", "no key of an envelope wrapped this");
      const nonce = wrapped.subarray(0, NONCE_BYTES);
      const key = await open(envelope, stored);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(context)).setAuthTag(wrapped.subarray(-TAG_BYTES));
      try {
        return concatBytes([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (cause) {
        throw masterKeyError("mismatch", `the envelope's key did not wrap this for ${context}`, { cause });
      }
    },
  };
}

function envelopeIn(context: string): EnvelopeName | null {
  const match = OF_ENVELOPE.exec(context);
  return match && { organizationId: match[1]!, envelopeId: match[2]! };
}

const contextOf = ({ organizationId, envelopeId }: EnvelopeName) =>
  `envelope key ${organizationId} ${envelopeId}`;

const additionalData = (context: string) => fromUtf8(`whereof envelope key 1\0${context}`);
