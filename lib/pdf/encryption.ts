import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { concatBytes, equalBytes, fromHex, fromUtf8 } from "#lib/bytes.ts";
import { pdfError } from "./errors.ts";
import { isDict, isName, numberOf, type PdfDict, type PdfObject, PdfString } from "./objects.ts";

const PADDING = fromHex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A");
const NO_VECTOR = new Uint8Array(16);

type Method = "none" | "rc4" | "aes-128" | "aes-256";

/** Decrypts bytes that arrive in pieces. */
export interface PieceCipher {
  update(piece: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

/**
 * The standard security handler for a file that opens with the given password (ISO 32000-2 §7.6.4), for reading
 * and, in updates of encrypted files, for writing.
 */
export class Encryption {
  readonly #key: Uint8Array;
  readonly #filters: ReadonlyMap<string, Method>;
  readonly #strings: Method;
  readonly #streams: Method;
  readonly encryptsMetadata: boolean;

  /** @throws pdf/needs-password, pdf/encryption-unsupported */
  constructor(dict: PdfDict, firstId: Uint8Array, password = "") {
    const settings = readSettings(dict);
    this.encryptsMetadata = settings.encryptsMetadata;
    this.#filters = settings.filters;
    this.#strings = settings.strings;
    this.#streams = settings.streams;
    const key =
      settings.revision >= 5 ? keyFromHash(settings, password) : keyFromDigest(settings, firstId, password);
    if (!key) throw pdfError("needs-password", "the empty password does not open it");
    this.#key = key;
  }

  decryptString(bytes: Uint8Array, number: number, generation: number): Uint8Array {
    return this.#decrypt(this.#strings, bytes, number, generation);
  }

  encryptString(bytes: Uint8Array, number: number, generation: number, vector: Uint8Array): Uint8Array {
    return this.#encrypt(this.#strings, bytes, number, generation, vector);
  }

  encryptStream(bytes: Uint8Array, number: number, generation: number, vector: Uint8Array): Uint8Array {
    return this.#encrypt(this.#streams, bytes, number, generation, vector);
  }

  /** Deciphers one stream; `cryptFilter` is the name its own Crypt filter gives, when it has one (§7.4.10). */
  streamCipher(number: number, generation: number, cryptFilter?: string): PieceCipher {
    const method = cryptFilter === undefined ? this.#streams : (this.#filters.get(cryptFilter) ?? "none");
    if (method === "none") return { update: (piece) => piece, final: () => new Uint8Array() };
    const key = this.#objectKey(method, number, generation);
    if (method === "rc4") return rc4Cipher(key);
    return aesCipher(method, key);
  }

  #decrypt(method: Method, bytes: Uint8Array, number: number, generation: number): Uint8Array {
    if (method === "none") return bytes;
    const key = this.#objectKey(method, number, generation);
    const cipher = method === "rc4" ? rc4Cipher(key) : aesCipher(method, key);
    return concatBytes([cipher.update(bytes), cipher.final()]);
  }

  #encrypt(
    method: Method,
    bytes: Uint8Array,
    number: number,
    generation: number,
    vector: Uint8Array,
  ): Uint8Array {
    if (method === "none") return bytes;
    const key = this.#objectKey(method, number, generation);
    if (method === "rc4") return rc4Cipher(key).update(bytes);
    const cipher = createCipheriv(`${method}-cbc`, key, vector);
    return concatBytes([vector, cipher.update(bytes), cipher.final()]);
  }

  /** Algorithm 1 (§7.6.3.2); version 5 uses the file key as it is. */
  #objectKey(method: Method, number: number, generation: number): Uint8Array {
    if (method === "aes-256") return this.#key;
    const suffix = [
      number & 255,
      (number >> 8) & 255,
      (number >> 16) & 255,
      generation & 255,
      (generation >> 8) & 255,
    ];
    const salt = method === "aes-128" ? [0x73, 0x41, 0x6c, 0x54] : [];
    return md5(this.#key, Uint8Array.from([...suffix, ...salt])).subarray(
      0,
      Math.min(16, this.#key.length + 5),
    );
  }
}

interface Settings {
  readonly revision: number;
  readonly keyBytes: number;
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  readonly ownerKey: Uint8Array;
  readonly userKey: Uint8Array;
  readonly permissions: number;
  readonly encryptsMetadata: boolean;
  readonly filters: ReadonlyMap<string, Method>;
  readonly strings: Method;
  readonly streams: Method;
}

function readSettings(dict: PdfDict): Settings {
  const handler = dict.get("Filter");
  if (!isName(handler, "Standard"))
    throw pdfError(
      "encryption-unsupported",
      `security handler ${isName(handler) ? handler.text.slice(0, 40) : "?"}`,
    );
  const whole = (key: string, otherwise: number) => numberOf(dict.get(key)) ?? otherwise;
  const bytes = (key: string): Uint8Array => {
    const value = dict.get(key);
    return value instanceof PdfString ? value.bytes : new Uint8Array();
  };
  const version = whole("V", 0);
  const revision = whole("R", 2);
  if (![1, 2, 4, 5].includes(version))
    throw pdfError("encryption-unsupported", `encryption version ${version}`);
  const filters = cryptFilters(dict.get("CF"));
  const chosen = (key: string): Method => {
    if (version < 4) return "rc4";
    const name = dict.get(key);
    return isName(name) ? (filters.get(name.text) ?? "none") : "none";
  };
  const declared = version === 1 ? 40 : whole("Length", version === 4 ? 128 : 40);
  return {
    revision,
    // Some writers give the length in bytes where bits belong.
    keyBytes: version === 4 ? 16 : Math.min(16, Math.max(5, declared < 40 ? declared : declared >> 3)),
    owner: bytes("O"),
    user: bytes("U"),
    ownerKey: bytes("OE"),
    userKey: bytes("UE"),
    permissions: whole("P", 0),
    encryptsMetadata: dict.get("EncryptMetadata") !== false,
    filters,
    strings: chosen("StrF"),
    streams: chosen("StmF"),
  };
}

function cryptFilters(object: PdfObject | undefined): Map<string, Method> {
  const methods: Readonly<Record<string, Method>> = {
    None: "none",
    V2: "rc4",
    AESV2: "aes-128",
    AESV3: "aes-256",
  };
  const filters = new Map<string, Method>([["Identity", "none"]]);
  for (const [name, filter] of isDict(object) ? object : []) {
    const method = isDict(filter) ? filter.get("CFM") : undefined;
    const known = isName(method) ? methods[method.text] : "none";
    if (known === undefined) throw pdfError("encryption-unsupported", "an unknown encryption method");
    filters.set(name, known);
  }
  return filters;
}

const md5 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** Algorithms 2, 4, 5, 6 and 7 (§7.6.4.3): the password as user's, then as owner's. */
function keyFromDigest(settings: Settings, firstId: Uint8Array, password: string): Uint8Array | null {
  const given = concatBytes([latin1(password), PADDING]).subarray(0, 32);
  const asUser = userKeyFrom(settings, firstId, given);
  if (asUser) return asUser;
  let ownerKey = md5(given);
  if (settings.revision >= 3) for (let round = 0; round < 50; round++) ownerKey = md5(ownerKey);
  ownerKey = ownerKey.subarray(0, settings.keyBytes);
  let user = settings.owner.subarray(0, 32);
  for (let round = settings.revision >= 3 ? 19 : 0; round >= 0; round--)
    user = rc4Cipher(ownerKey.map((byte) => byte ^ round)).update(user);
  return userKeyFrom(settings, firstId, user);
}

function userKeyFrom(settings: Settings, firstId: Uint8Array, password: Uint8Array): Uint8Array | null {
  const permissions = new Uint8Array(4);
  new DataView(permissions.buffer).setInt32(0, settings.permissions | 0, true);
  const metadata = settings.revision >= 4 && !settings.encryptsMetadata ? [fromHex("ffffffff")] : [];
  let key = md5(password, settings.owner.subarray(0, 32), permissions, firstId, ...metadata);
  if (settings.revision >= 3)
    for (let round = 0; round < 50; round++) key = md5(key.subarray(0, settings.keyBytes));
  key = key.subarray(0, settings.keyBytes);
  if (settings.revision < 3)
    return equalBytes(rc4Cipher(key).update(PADDING), settings.user.subarray(0, 32)) ? key : null;
  let check = rc4Cipher(key).update(md5(PADDING, firstId));
  for (let round = 1; round <= 19; round++) check = rc4Cipher(key.map((byte) => byte ^ round)).update(check);
  return equalBytes(check, settings.user.subarray(0, 16)) ? key : null;
}

/** Algorithm 2.A (§7.6.4.3.3): AES-256, the password as user's, then as owner's. */
function keyFromHash(settings: Settings, password: string): Uint8Array | null {
  const given = fromUtf8(password).subarray(0, 127);
  const user = settings.user.subarray(0, 48);
  const hash = settings.revision === 5 ? simpleHash : hardenedHash;
  const attempts = [
    { stored: user, sealed: settings.userKey, extra: new Uint8Array() },
    { stored: settings.owner.subarray(0, 48), sealed: settings.ownerKey, extra: user },
  ];
  for (const { stored, sealed, extra } of attempts) {
    if (stored.length < 48 || sealed.length < 32) continue;
    if (!equalBytes(hash(given, stored.subarray(32, 40), extra), stored.subarray(0, 32))) continue;
    const intermediate = hash(given, stored.subarray(40, 48), extra);
    const cipher = createDecipheriv("aes-256-cbc", intermediate, NO_VECTOR).setAutoPadding(false);
    return concatBytes([cipher.update(sealed.subarray(0, 32)), cipher.final()]);
  }
  return null;
}

function simpleHash(password: Uint8Array, salt: Uint8Array, extra: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(password).update(salt).update(extra).digest());
}

/** Algorithm 2.B (§7.6.4.3.4). */
function hardenedHash(password: Uint8Array, salt: Uint8Array, extra: Uint8Array): Uint8Array {
  let key = simpleHash(password, salt, extra);
  for (let round = 0; ; round++) {
    const once = concatBytes([password, key, extra]);
    const repeated = concatBytes(Array.from({ length: 64 }, () => once));
    const cipher = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(
      false,
    );
    const encrypted = new Uint8Array(cipher.update(repeated));
    const remainder = encrypted.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = new Uint8Array(createHash(["sha256", "sha384", "sha512"][remainder]!).update(encrypted).digest());
    if (round >= 63 && encrypted.at(-1)! <= round - 31) return key.subarray(0, 32);
  }
}

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** RC4, which OpenSSL 3 keeps out of its default provider. */
function rc4Cipher(key: Uint8Array): PieceCipher {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  let j = 0;
  for (let i = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 255;
    [state[i], state[j]] = [state[j]!, state[i]!];
  }
  let i = 0;
  j = 0;
  const update = (piece: Uint8Array) => {
    const found = new Uint8Array(piece.length);
    for (let index = 0; index < piece.length; index++) {
      i = (i + 1) & 255;
      const a = state[i]!;
      j = (j + a) & 255;
      const b = state[j]!;
      state[i] = b;
      state[j] = a;
      found[index] = piece[index]! ^ state[(a + b) & 255]!;
    }
    return found;
  };
  return { update, final: () => new Uint8Array() };
}

/** AES-CBC with the vector in front; a wrong padding is read as none, since readers show such files. */
function aesCipher(method: "aes-128" | "aes-256", key: Uint8Array): PieceCipher {
  let pending = new Uint8Array();
  let cipher: ReturnType<typeof createDecipheriv> | null = null;
  let held: Uint8Array = new Uint8Array();
  const update = (piece: Uint8Array): Uint8Array => {
    let rest = concatBytes([pending, piece]);
    if (!cipher) {
      if (rest.length < 16) {
        pending = rest as Uint8Array<ArrayBuffer>;
        return new Uint8Array();
      }
      cipher = createDecipheriv(`${method}-cbc`, key, rest.subarray(0, 16)).setAutoPadding(false);
      rest = rest.subarray(16);
    }
    const whole = rest.length - (rest.length % 16);
    pending = rest.slice(whole) as Uint8Array<ArrayBuffer>;
    // The last block is kept back: it may be padding.
    const clear = concatBytes([held, cipher.update(rest.subarray(0, whole))]);
    const keep = Math.min(16, clear.length);
    held = clear.slice(clear.length - keep);
    return clear.subarray(0, clear.length - keep);
  };
  const final = (): Uint8Array => {
    const count = held.at(-1) ?? 0;
    const isPadded =
      count >= 1 && count <= 16 && held.subarray(held.length - count).every((byte) => byte === count);
    return isPadded ? held.subarray(0, held.length - count) : held;
  };
  return { update, final };
}
