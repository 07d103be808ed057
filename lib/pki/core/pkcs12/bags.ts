import { toHex } from "#lib/bytes.ts";
import { algorithmOf } from "#lib/pki/core/algorithms.ts";
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
  readText,
} from "#lib/pki/core/asn1/read-der.ts";
import { decryptByPassword, type PasswordEncryption } from "#lib/pki/core/passwords/decrypt.ts";
import type { PasswordForm, WorkBudget } from "#lib/pki/core/passwords/derive-key.ts";
import { decryptPrivateKey, type PrivateKey, readPrivateKey } from "#lib/pki/core/private-key.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** RFC 7292 §4.2, §4.2.3 and RFC 2985 §5.5. */
export const PKCS12_OID = {
  encryptedData: "1.2.840.113549.1.7.6",
  envelopedData: "1.2.840.113549.1.7.3",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",
  crlBag: "1.2.840.113549.1.12.10.1.4",
  secretBag: "1.2.840.113549.1.12.10.1.5",
  safeContentsBag: "1.2.840.113549.1.12.10.1.6",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
} as const;

/** What a bag says of itself. */
export interface BagNames {
  readonly friendlyName: string | null;
  /** Hexadecimal: a key and its certificate carry the same. */
  readonly localKeyId: string | null;
}

export interface Pkcs12Key extends PrivateKey, BagNames {
  /** Null when it lay there in the clear. */
  readonly encryption: PasswordEncryption | null;
}

export interface Pkcs12Certificate extends BagNames {
  /** Not read yet: whoever uses it may find that it cannot be. */
  readonly der: Uint8Array;
}

/** What is found while reading. */
export interface Contents {
  readonly keys: Pkcs12Key[];
  readonly certificates: Pkcs12Certificate[];
  readonly encryptions: PasswordEncryption[];
  /** CRLs, secrets and what is not known, which are passed over. */
  skippedBags: number;
  bagsLeft: number;
}

export interface Opening {
  readonly password: PasswordForm;
  readonly budget: WorkBudget;
}

export const MAX_PKCS12_BYTES = 1024 * 1024;
const MAX_BAGS = 500;
const MAX_NESTING = 4;
const what = "PKCS#12";

export const noContents = (): Contents => ({
  keys: [],
  certificates: [],
  encryptions: [],
  skippedBags: 0,
  bagsLeft: MAX_BAGS,
});

/** The first value of BER, rewritten as DER. @throws pki/malformed, pki/too-large */
export const readBer = (bytes: Uint8Array): DerValue =>
  readDer(derFromBer(bytes, what).der, what, 2 * MAX_PKCS12_BYTES);

/** One ContentInfo of the AuthenticatedSafe. @see RFC 7292 §4.1 */
export async function readSafe(value: DerValue, found: Contents, opening: Opening): Promise<void> {
  const fields = fieldsOf(value, what);
  const type = readOid(fields.takeAny("content type"), what);
  const content = fields.maybe(0xa0);
  fields.end();
  if (!content) return;
  if (type === OID.data) return readBags(readOctets(onlyChild(content, what), what), found, opening, 0);
  if (type === PKCS12_OID.envelopedData)
    throw pkiError("encryption-unsupported", "encrypted for a certificate, not under a password");
  if (type !== PKCS12_OID.encryptedData) throw pkiError("malformed", `${what}: content of type ${type}`);
  const { plain, encryption } = await readEncryptedData(onlyChild(content, what), opening);
  found.encryptions.push(encryption);
  await readBags(plain, found, opening, 0);
}

/** @see RFC 5652 §8 */
async function readEncryptedData(value: DerValue, { password, budget }: Opening) {
  const fields = fieldsOf(value, what);
  readSmallInteger(fields.take(TAG.integer, "version"), what);
  const info = fieldsOf(fields.take(TAG.sequence, "encrypted content"), what);
  info.take(TAG.oid, "content type");
  const algorithm = algorithmOf(info.take(TAG.sequence, "algorithm"), what);
  return decryptByPassword(algorithm, implicitOctets(info.takeAny("encrypted content")), password, budget);
}

/** [0] IMPLICIT OCTET STRING, which BER may write in pieces. */
function implicitOctets(value: DerValue): Uint8Array {
  if (value.tag === 0x80) return value.content;
  if (value.tag !== 0xa0) throw pkiError("malformed", `${what}: no encrypted content`);
  return new Uint8Array(Buffer.concat(childrenOf(value, what, 10_000).map((one) => readOctets(one, what))));
}

/** SafeContents. @see RFC 7292 §4.2 */
async function readBags(bytes: Uint8Array, found: Contents, opening: Opening, depth: number): Promise<void> {
  if (depth > MAX_NESTING) throw pkiError("malformed", `${what}: nested deeper than ${MAX_NESTING}`);
  for (const bag of childrenOf(readBer(bytes), what)) {
    if (found.bagsLeft-- === 0) throw pkiError("too-large", `${what}: more than ${MAX_BAGS} entries`);
    const fields = fieldsOf(bag, what);
    const type = readOid(fields.take(TAG.oid, "bag type"), what);
    const value = onlyChild(fields.take(0xa0, "bag value"), what);
    const names = namesOf(fields.maybe(TAG.set));
    fields.end();
    await readBag(type, value, names, found, opening, depth);
  }
}

async function readBag(
  type: string,
  value: DerValue,
  names: BagNames,
  found: Contents,
  opening: Opening,
  depth: number,
): Promise<void> {
  switch (type) {
    case PKCS12_OID.keyBag:
      found.keys.push({ ...readPrivateKey(value.bytes), ...names, encryption: null });
      return;
    case PKCS12_OID.shroudedKeyBag: {
      const key = await decryptPrivateKey(value.bytes, opening.password, opening.budget);
      found.encryptions.push(key.encryption);
      found.keys.push({ ...key, ...names });
      return;
    }
    case PKCS12_OID.certificateBag: {
      const der = certificateIn(value);
      if (der) found.certificates.push({ der, ...names });
      else found.skippedBags++;
      return;
    }
    case PKCS12_OID.safeContentsBag:
      return readBags(value.bytes, found, opening, depth + 1);
    default:
      found.skippedBags++;
  }
}

/** Null when it is of another kind (SDSI). @see RFC 7292 §4.2.3 */
function certificateIn(value: DerValue): Uint8Array | null {
  const fields = fieldsOf(value, what);
  const type = readOid(fields.take(TAG.oid, "certificate type"), what);
  const wrapped = fields.take(0xa0, "certificate");
  return type === PKCS12_OID.x509Certificate ? readOctets(onlyChild(wrapped, what), what) : null;
}

/** PKCS12Attributes; those that say nothing readable are passed over. @see RFC 7292 §4.2 */
function namesOf(set: DerValue | undefined): BagNames {
  let [friendlyName, localKeyId]: (string | null)[] = [null, null];
  for (const one of set ? childrenOf(set, what, 100) : []) {
    const fields = fieldsOf(one, what);
    const type = readOid(fields.take(TAG.oid, "attribute type"), what);
    const [value] = childrenOf(fields.take(TAG.set, "attribute values"), what, 100);
    if (!value) continue;
    if (type === PKCS12_OID.friendlyName) friendlyName = readText(value)?.slice(0, 200) ?? null;
    if (type === PKCS12_OID.localKeyId && value.tag === TAG.octetString)
      localKeyId = toHex(value.content.subarray(0, 64));
  }
  return { friendlyName: friendlyName ?? null, localKeyId: localKeyId ?? null };
}
