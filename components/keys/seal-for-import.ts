import {
  IMPORT_CIPHER,
  IMPORT_CURVE,
  IMPORT_NONCE_BYTES,
  type ImportPart,
  importDerivation,
} from "#lib/signing/core/import-words.ts";

interface Box {
  readonly nonce: string;
  readonly box: string;
}

export interface SealedImport {
  readonly keyId: string;
  readonly browserKey: string;
  readonly file: Box;
  readonly password: Box;
}

/** The same with what the file is to be encrypted with when it is written anew. */
export interface SealedConversion extends SealedImport {
  readonly newPassword: Box;
}

/** Whether this browser encrypts here: it does so over https and on this machine only. */
export const canSeal = (): boolean => globalThis.crypto?.subtle !== undefined;

interface OneTimeKey {
  readonly keyId: string;
  readonly publicKey: string;
}

interface KeyFile {
  readonly file: Uint8Array;
  readonly password: string;
}

/** Encrypts a key file and, apart from it, its password to a key that the server uses once. */
export async function sealForImport(key: OneTimeKey, given: KeyFile): Promise<SealedImport> {
  const { box, ...sealed } = await sealTo(key, given);
  return sealed;
}

/** The same for a file that is to be written otherwise. */
export async function sealForConversion(
  key: OneTimeKey,
  given: KeyFile & { readonly newPassword: string },
): Promise<SealedConversion> {
  const { box, ...sealed } = await sealTo(key, given);
  return { ...sealed, newPassword: await box("newPassword", new TextEncoder().encode(given.newPassword)) };
}

async function sealTo({ keyId, publicKey }: OneTimeKey, given: KeyFile) {
  const { subtle } = globalThis.crypto;
  const theirs = await subtle.importKey("raw", bytesOf(publicKey), IMPORT_CURVE, false, []);
  const own = await subtle.generateKey(IMPORT_CURVE, false, ["deriveBits"]);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const box = async (part: ImportPart, bytes: Uint8Array) => {
    const aes = await subtle.deriveKey(importDerivation(keyId, part), secret, IMPORT_CIPHER, false, [
      "encrypt",
    ]);
    const iv = globalThis.crypto.getRandomValues(new Uint8Array(IMPORT_NONCE_BYTES));
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv }, aes, bytes as BufferSource);
    return { nonce: textOf(iv), box: textOf(new Uint8Array(sealed)) };
  };
  return {
    ...{ box, keyId, browserKey: textOf(new Uint8Array(await subtle.exportKey("raw", own.publicKey))) },
    file: await box("file", given.file),
    password: await box("password", new TextEncoder().encode(given.password)),
  };
}

const bytesOf = (text: string) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

function textOf(bytes: Uint8Array): string {
  let text = "";
  // As many at once as a call takes arguments.
  for (let from = 0; from < bytes.length; from += 8192)
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}
