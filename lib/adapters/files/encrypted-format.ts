import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { concatBytes, fromHex, fromLatin1, fromUtf8, toHex, toLatin1 } from "#lib/bytes.ts";
import { decodeWrappedKey, encodeWrappedKey, type WrappedKey } from "#lib/ports/master-key.ts";

/*
 * An encrypted file: header ‖ segments ‖ trailer.
 *
 *   header   "whereof" ‖ version (1) ‖ wrapped data key (see encodeWrappedKey) ‖ nonce prefix (7)
 *   segment  AES-256-GCM of 64 KiB of plain bytes (the last one: 0 to 64 KiB) ‖ tag (16)
 *   trailer  AES-256-GCM of SHA-256 and length (8) of the plain bytes ‖ tag (16)
 *
 *   nonce    prefix (7) ‖ number of the segment (4) ‖ role (1: more follow, last, trailer)
 *   AAD      "whereof file 1", NUL, the file's key
 *
 * Number and role fix each segment's place, the data key and the AAD its file: nothing can be left out, added,
 * moved or taken from elsewhere. The header needs no tag of its own: a wrong byte in it yields no or another data
 * key or nonce. So the data key can be wrapped anew without touching the rest.
 */
const MAGIC = "whereof";
const VERSION = 1;
const NONCE_PREFIX_BYTES = 7;
const TAG_BYTES = 16;
const SUMMARY_BYTES = 40;

export const SEGMENT_BYTES = 64 * 1024;
export const SEALED_SEGMENT_BYTES = SEGMENT_BYTES + TAG_BYTES;
export const TRAILER_BYTES = SUMMARY_BYTES + TAG_BYTES;
/** Far above what any master key makes; where a header is not complete by here, it is none. */
export const MAX_HEADER_BYTES = 4096;

export interface Header {
  readonly wrappedKey: WrappedKey;
  readonly noncePrefix: Uint8Array;
  /** Where the first segment starts. */
  readonly end: number;
}

export function encodeHeader(wrappedKey: WrappedKey, noncePrefix: Uint8Array): Uint8Array {
  const start = [fromLatin1(MAGIC), Uint8Array.of(VERSION)];
  const header = concatBytes([...start, encodeWrappedKey(wrappedKey), noncePrefix]);
  if (header.length > MAX_HEADER_BYTES) throw new RangeError("the wrapped data key is too long");
  return header;
}

/** The header `bytes` start with, or null when they are not (or not enough of) an encrypted file. */
export function decodeHeader(bytes: Uint8Array): Header | null {
  const start = MAGIC.length + 1;
  if (toLatin1(bytes.subarray(0, MAGIC.length)) !== MAGIC || bytes[MAGIC.length] !== VERSION) return null;
  const wrapped = decodeWrappedKey(bytes, start);
  const end = wrapped && wrapped.end + NONCE_PREFIX_BYTES;
  if (!end || end > bytes.length) return null;
  return { wrappedKey: wrapped.key, noncePrefix: bytes.slice(wrapped.end, end), end };
}

/** What the trailer says about the whole file. */
export interface Summary {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export function encodeSummary({ sha256, sizeBytes }: Summary): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(sizeBytes));
  return concatBytes([fromHex(sha256), length]);
}

export function decodeSummary(bytes: Uint8Array): Summary {
  const length = new DataView(bytes.buffer, bytes.byteOffset + 32, 8).getBigUint64(0);
  return { sha256: toHex(bytes.subarray(0, 32)), sizeBytes: Number(length) };
}

/** How many segments hold `sizeBytes` plain bytes; an empty file has one, empty, segment. */
export const segmentCount = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / SEGMENT_BYTES));

/** Length of header, segments and trailer for `sizeBytes` plain bytes. */
export const encryptedSize = (headerEnd: number, sizeBytes: number): number =>
  headerEnd + sizeBytes + segmentCount(sizeBytes) * TAG_BYTES + TRAILER_BYTES;

const ROLES = { "more follow": 0, last: 1, trailer: 2 } as const;
export type Role = keyof typeof ROLES;

export interface SegmentCipher {
  /** Ciphertext, then tag: two pieces, since joining them would cost as much as encrypting. */
  seal(number: number, role: Role, plain: Uint8Array): readonly Uint8Array[];
  /** The plain bytes, or null when `sealed` is not that segment of that file. */
  open(number: number, role: Role, sealed: Uint8Array): Uint8Array | null;
}

export function segmentCipher(fileKey: string, dataKey: Uint8Array, noncePrefix: Uint8Array): SegmentCipher {
  const key = createSecretKey(dataKey);
  const additionalData = fromUtf8(`whereof file ${VERSION}\0${fileKey}`);
  const nonce = Buffer.alloc(12);
  nonce.set(noncePrefix);
  const setNonce = (number: number, role: Role) => {
    nonce.writeUInt32BE(number, NONCE_PREFIX_BYTES);
    nonce[11] = ROLES[role];
  };

  return {
    seal(number, role, plain) {
      setNonce(number, role);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
      const ciphertext = cipher.update(plain);
      cipher.final();
      return [ciphertext, cipher.getAuthTag()];
    },
    open(number, role, sealed) {
      if (sealed.length < TAG_BYTES) return null;
      setNonce(number, role);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData).setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return null;
      }
      // A plain array, as from every other source: slicing a Buffer would not copy.
      return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
    },
  };
}
