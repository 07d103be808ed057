import { createHmac } from "node:crypto";
import { sha1 } from "#lib/bytes.ts";
import {
  integer,
  nullValue,
  octetString,
  oid,
  primitiveContext,
  retagged,
  sequence,
  sequenceOf,
  setOf,
  TAG,
  tagged,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { deriveByPbkdf2, deriveByPkcs12, newBudget } from "#lib/pki/core/passwords/derive-key.ts";
import {
  ENCRYPTION_RANDOM_BYTES,
  encryptByPassword,
  WRITTEN_ITERATIONS,
} from "#lib/pki/core/passwords/encrypt.ts";
import { PKCS12_OID } from "#lib/pki/core/pkcs12/bags.ts";
import { encryptPrivateKey, type PrivateKey } from "#lib/pki/core/private-key.ts";

export interface Pkcs12Request {
  readonly key: Pick<PrivateKey, "pkcs8">;
  /** DER: the key's own first, then up to the root. */
  readonly certificates: readonly Uint8Array[];
  /** Shown by the programs that open it. */
  readonly friendlyName: string;
  readonly password: string;
  /** 80 fresh random octets. */
  readonly random: Uint8Array;
  readonly iterations?: number;
  /** `pbmac1` is the newer form, which programs before 2024 do not read. */
  readonly integrity?: "hmac" | "pbmac1";
}

export const PKCS12_RANDOM_BYTES = 2 * ENCRYPTION_RANDOM_BYTES + 16;
/** The MAC must not be cheaper to try than the encryption, nor slower than old programs bear. */
const MAC_ITERATIONS = 100_000;

/**
 * Writes a PFX: everything in it under AES-256 (PBES2, PBKDF2 with HMAC-SHA-256), the whole under a MAC with
 * SHA-256.
 *
 * @throws RangeError for an empty password, no certificate, or too little randomness: a caller's bug
 * @see RFC 7292 §4–5, RFC 9579
 */
export async function writePkcs12(request: Pkcs12Request): Promise<Uint8Array> {
  const { key, certificates, password, random, iterations = WRITTEN_ITERATIONS } = request;
  const [own, ...others] = certificates;
  if (!own) throw new RangeError("a PFX is written with the key's certificate");
  if (random.length !== PKCS12_RANDOM_BYTES) throw new RangeError(`${PKCS12_RANDOM_BYTES} random octets`);
  const part = (index: number) =>
    random.subarray(index * ENCRYPTION_RANDOM_BYTES, (index + 1) * ENCRYPTION_RANDOM_BYTES);
  const names = attributesOf(request.friendlyName, sha1(own));
  const certificateBags = [certificateBag(own, names), ...others.map((der) => certificateBag(der, []))];
  const locked = await encryptByPassword(sequenceOf(certificateBags), password, part(0), iterations);
  const keyInfo = await encryptPrivateKey(key, password, part(1), iterations);
  const keyBag = sequence(oid(PKCS12_OID.shroudedKeyBag), tagged(0, keyInfo), ...names);
  const safe = sequence(
    encryptedContent(locked.algorithm, locked.encrypted),
    sequence(oid(OID.data), tagged(0, octetString(sequence(keyBag)))),
  );
  const mac = await macOf(safe, request, random.subarray(2 * ENCRYPTION_RANDOM_BYTES));
  return sequence(integer(3), sequence(oid(OID.data), tagged(0, octetString(safe))), mac);
}

/** EncryptedData. @see RFC 5652 §8 */
const encryptedContent = (algorithm: Uint8Array, encrypted: Uint8Array): Uint8Array =>
  sequence(
    oid(PKCS12_OID.encryptedData),
    tagged(
      0,
      sequence(
        integer(0),
        sequence(oid(OID.data), algorithm, retagged(primitiveContext(0), octetString(encrypted))),
      ),
    ),
  );

const certificateBag = (der: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array =>
  sequence(
    oid(PKCS12_OID.certificateBag),
    tagged(0, sequence(oid(PKCS12_OID.x509Certificate), tagged(0, octetString(der)))),
    ...attributes,
  );

/** @see RFC 7292 §4.2, RFC 2985 §5.5 */
function attributesOf(friendlyName: string, localKeyId: Uint8Array): Uint8Array[] {
  const name = tlv(TAG.bmpString, Buffer.from(friendlyName.slice(0, 100), "utf16le").swap16());
  const attributes = [sequence(oid(PKCS12_OID.localKeyId), setOf([octetString(localKeyId)]))];
  if (friendlyName !== "") attributes.push(sequence(oid(PKCS12_OID.friendlyName), setOf([name])));
  return [setOf(attributes)];
}

async function macOf(
  safe: Uint8Array,
  { password, integrity, iterations = MAC_ITERATIONS }: Pkcs12Request,
  salt: Uint8Array,
): Promise<Uint8Array> {
  const count = Math.min(iterations, MAC_ITERATIONS);
  if (integrity !== "pbmac1") {
    const bmp = Buffer.from(`${password}\0`, "utf16le").swap16();
    const key = await deriveByPkcs12("sha256", 3, bmp, salt, count, 32, newBudget());
    const digest = createHmac("sha256", key).update(safe).digest();
    const algorithm = sequence(oid("2.16.840.1.101.3.4.2.1"), nullValue());
    return sequence(sequence(algorithm, octetString(digest)), octetString(salt), integer(count));
  }
  const key = await deriveByPbkdf2("sha256", Buffer.from(password), salt, iterations, 32, newBudget());
  const hmac = sequence(oid("1.2.840.113549.2.9"), nullValue());
  const derivation = sequence(
    oid("1.2.840.113549.1.5.12"),
    sequence(octetString(salt), integer(iterations), integer(32), hmac),
  );
  const algorithm = sequence(oid("1.2.840.113549.1.5.14"), sequence(derivation, hmac));
  const digest = octetString(createHmac("sha256", key).update(safe).digest());
  // RFC 9579 §6: what the old form keeps there means nothing any more.
  return sequence(sequence(algorithm, digest), octetString(salt), integer(1));
}
