import { isRefusal } from "#lib/errors.ts";
import { derFromBer } from "#lib/pki/core/asn1/ber.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  onlyChild,
  readDer,
  readOctets,
  readOid,
  readSmallInteger,
  requireTag,
} from "#lib/pki/core/asn1/read-der.ts";
import type { PasswordEncryption } from "#lib/pki/core/passwords/decrypt.ts";
import {
  newBudget,
  type PasswordForm,
  passwordForms,
  type WorkBudget,
} from "#lib/pki/core/passwords/derive-key.ts";
import {
  MAX_PKCS12_BYTES,
  noContents,
  type Pkcs12Certificate,
  type Pkcs12Key,
  readBer,
  readSafe,
} from "#lib/pki/core/pkcs12/bags.ts";
import { type Integrity, type Mac, readMac } from "#lib/pki/core/pkcs12/mac.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** A PFX or P12 file, opened. Holds private keys in the clear. */
export interface Pkcs12 {
  readonly keys: readonly Pkcs12Key[];
  readonly certificates: readonly Pkcs12Certificate[];
  /** Each way of encryption once, in the order met. */
  readonly encryptions: readonly PasswordEncryption[];
  /** Some of it is encrypted in a way of the 1990s: open it once, and write it anew. */
  readonly isOldEncryption: boolean;
  /** Something lies in it in the clear. */
  readonly hasUnencryptedKey: boolean;
  readonly integrity: Integrity;
  /** Entries that are neither keys nor certificates. */
  readonly skippedBags: number;
}

interface Pfx {
  /** AuthenticatedSafe, as the MAC covers it. */
  readonly content: Uint8Array;
  readonly mac: Mac | null;
}

const what = "PKCS#12";
const NO_MAC: Integrity = { kind: "none", name: "none", iterations: 0 };

/**
 * Opens a PFX or P12 file. Slow on purpose: whoever made it chose how often its password is hashed.
 *
 * @param bytes untrusted, DER or BER, at most 1 MiB.
 * @param password null when none is known; an empty one and none are taken for the same.
 * @throws pki/not-pkcs12, pki/wrong-password (pki/password-needed when none was given), pki/too-large,
 *   pki/encryption-unsupported, pki/too-many-iterations; pki/malformed and pki/not-a-key for what is damaged
 *   inside
 * @see RFC 7292 §4, RFC 9579
 */
export async function readPkcs12(bytes: Uint8Array, password: string | null): Promise<Pkcs12> {
  if (bytes.length > MAX_PKCS12_BYTES)
    throw pkiError("too-large", `${what}: ${bytes.length} bytes, limit ${MAX_PKCS12_BYTES}`);
  const pfx = readPfx(bytes);
  const budget = newBudget();
  for (const form of passwordForms(password)) {
    const opened = await openWith(pfx, form, budget);
    if (opened) return opened;
  }
  if (!password) throw pkiError("password-needed", `${what}: it is protected by a password`);
  throw pkiError("wrong-password", `${what}: the password does not open it`);
}

/** Null when this is not the password. */
async function openWith(
  { content, mac }: Pfx,
  form: PasswordForm,
  budget: WorkBudget,
): Promise<Pkcs12 | null> {
  if (mac && !(await mac.holds(content, form, budget))) return null;
  try {
    return await readContents(content, mac?.integrity ?? NO_MAC, form, budget);
  } catch (error) {
    // Without a MAC, what a wrong password makes of the file sometimes looks decrypted.
    const isGarbled =
      mac === null && (isRefusal(error, "pki/malformed") || isRefusal(error, "pki/not-a-key"));
    if (isGarbled || isRefusal(error, "pki/wrong-password")) return null;
    throw error;
  }
}

async function readContents(
  content: Uint8Array,
  integrity: Integrity,
  password: PasswordForm,
  budget: WorkBudget,
): Promise<Pkcs12> {
  const found = noContents();
  for (const safe of childrenOf(readBer(content), what)) await readSafe(safe, found, { password, budget });
  const { keys, certificates, encryptions, skippedBags } = found;
  return {
    keys,
    certificates,
    encryptions: [...new Map(encryptions.map((one) => [JSON.stringify(one), one])).values()],
    isOldEncryption: encryptions.some(({ isOld }) => isOld),
    hasUnencryptedKey: keys.some(({ encryption }) => encryption === null),
    integrity,
    skippedBags,
  };
}

/** @throws pki/not-pkcs12; pki/encryption-unsupported when a signature stands where the MAC is wanted */
function readPfx(bytes: Uint8Array): Pfx {
  const [version, safe, macData] = membersOf(bytes);
  const content = fieldsOf(safe, what);
  const type = readOid(content.takeAny("content type"), what);
  if (type === OID.signedData)
    throw pkiError("encryption-unsupported", `${what}: protected by a signature, not by a password`);
  if (type !== OID.data || readSmallInteger(version, what) !== 3)
    throw pkiError("not-pkcs12", `${what}: content of type ${type}`);
  return {
    content: readOctets(onlyChild(content.take(0xa0, "content"), what), what),
    mac: macData ? readMac(macData) : null,
  };
}

/** Whether the bytes are a PFX from outside; nothing in it is looked at. */
export function isPkcs12(bytes: Uint8Array): boolean {
  try {
    const [version] = membersOf(bytes);
    return readSmallInteger(version, what) === 3;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function membersOf(bytes: Uint8Array): [version: DerValue, safe: DerValue, mac: DerValue | undefined] {
  try {
    const fields = fieldsOf(readDer(derFromBer(bytes, what).der, what, 2 * MAX_PKCS12_BYTES), what);
    const version = fields.take(TAG.integer, "version");
    const safe = requireTag(fields.takeAny("content"), TAG.sequence, what);
    const mac = fields.maybe(TAG.sequence);
    fields.end();
    return [version, safe, mac];
  } catch (cause) {
    if (isRefusal(cause, "pki/malformed"))
      throw pkiError("not-pkcs12", `${what}: ${cause.message}`, { cause });
    throw cause;
  }
}
