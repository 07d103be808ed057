import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64, toBase64, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { IMPORT_CIPHER, IMPORT_CURVE, type ImportPart, importDerivation } from "../core/import-words.ts";
import { signingError } from "../errors.ts";
import { type ConvertedFile, convertKeyFile } from "./convert-key-file.ts";
import { IMPORT_PLACES, importSeal, type SealImport } from "./import-seal.ts";
import { saveImportKey, takeImportKey } from "./store.ts";

const { subtle } = globalThis.crypto;
/** Long enough to encrypt a file and send it. */
const LIFE_MS = 5 * 60_000;

export interface ImportKey {
  readonly keyId: string;
  /** Uncompressed point (SEC 1 §2.3.3), base64. */
  readonly publicKey: string;
}

/** A key for one import, to which the browser encrypts the file and its password. */
export async function newImportKey(ctx: Context): Promise<ImportKey> {
  const { memberId } = requirePermission(ctx, "seal.manage");
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  const pair = await subtle.generateKey(IMPORT_CURVE, true, ["deriveBits"]);
  const pkcs8 = new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey));
  const sealed = await ctx.runtime.sealImportKey(id, pkcs8);
  pkcs8.fill(0);
  const expiresAt = new Date(at.getTime() + LIFE_MS);
  const { organizationId } = ctx;
  await inTransaction(ctx, (ctx) => saveImportKey(ctx, { organizationId, id, memberId, sealed, expiresAt }));
  const publicKey = toBase64(new Uint8Array(await subtle.exportKey("raw", pair.publicKey)));
  return { keyId: id, publicKey };
}

const base64 = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/);
const Part = z.object({ nonce: base64(16), box: base64(16_000_000) });
/** A key file that the browser encrypted, with its password apart. */
export const SealedFile = z.object({
  keyId: z.uuid(),
  /** The browser's own half, made for this once. */
  browserKey: base64(100),
  file: Part,
  password: Part,
});
const Input = SealedFile.extend({
  chosen: z.number().int().min(0).max(99).nullable(),
  place: z.enum(IMPORT_PLACES).default("software"),
});

/**
 * Takes a key file that the browser encrypted, with its password apart.
 *
 * @throws what `openSealed` and `importSeal` throw
 */
export async function importSealed(ctx: Context, input: z.input<typeof Input>): Promise<SealImport> {
  requirePermission(ctx, "seal.manage");
  const { keyId, browserKey, file, password, chosen, place } = Input.parse(input);
  const opened = await openSealed(ctx, { keyId, browserKey, boxes: { file, password } });
  return importSeal(ctx, { bytes: opened.file, password: textOf(opened.password), chosen, place });
}

const ConversionInput = SealedFile.extend({
  /** What the new file is to be opened with. */
  newPassword: Part,
  to: z.enum(["pfx", "pem"]),
  chosen: z.number().int().min(0).max(99).nullable(),
});

/**
 * Writes a key file that the browser encrypted otherwise: neither the file nor a password is readable on its way here.
 *
 * @throws what `openSealed` and `convertKeyFile` throw
 */
export async function convertSealed(
  ctx: Context,
  input: z.input<typeof ConversionInput>,
): Promise<ConvertedFile> {
  requirePermission(ctx, "seal.manage");
  const { keyId, browserKey, file, password, newPassword, to, chosen } = ConversionInput.parse(input);
  const opened = await openSealed(ctx, { keyId, browserKey, boxes: { file, password, newPassword } });
  const words = { password: textOf(opened.password), newPassword: textOf(opened.newPassword) };
  return convertKeyFile(ctx, { bytes: opened.file, to, chosen, ...words });
}

function textOf(bytes: Uint8Array): string {
  const text = toUtf8(bytes);
  bytes.fill(0);
  return text;
}

interface Sealed<P extends ImportPart> {
  readonly keyId: string;
  readonly browserKey: string;
  readonly boxes: Readonly<Record<P, z.output<typeof Part>>>;
}

/**
 * The one-time key is gone before anything is opened, so the same message opens nothing twice.
 *
 * @throws signing/seal-import-key-gone, seal-import-not-sealed
 */
async function openSealed<P extends ImportPart>(
  ctx: Context,
  { keyId, browserKey, boxes }: Sealed<P>,
): Promise<Record<P, Uint8Array>> {
  const { memberId } = requirePermission(ctx, "seal.manage");
  const taken = await inTransaction(ctx, (ctx) => takeImportKey(ctx, keyId, memberId));
  if (!taken || taken.expiresAt <= ctx.now()) throw signingError("seal-import-key-gone", keyId);
  const pkcs8 = await ctx.runtime.openImportKey(keyId, taken.sealed);
  const opened = await open({ keyId, pkcs8, browserKey: fromBase64(browserKey) }, boxes).catch(() => null);
  pkcs8.fill(0);
  if (!opened) throw signingError("seal-import-not-sealed", `nothing was encrypted to ${keyId}`);
  return opened;
}

async function open<P extends ImportPart>(
  key: { readonly keyId: string; readonly pkcs8: Uint8Array; readonly browserKey: Uint8Array },
  boxes: Readonly<Record<P, z.output<typeof Part>>>,
): Promise<Record<P, Uint8Array>> {
  const own = await subtle.importKey("pkcs8", key.pkcs8 as BufferSource, IMPORT_CURVE, false, ["deriveBits"]);
  const theirs = await subtle.importKey("raw", key.browserKey as BufferSource, IMPORT_CURVE, false, []);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const part = async (name: P) => {
    const { nonce, box } = boxes[name];
    const aes = await subtle.deriveKey(importDerivation(key.keyId, name), secret, IMPORT_CIPHER, false, [
      "decrypt",
    ]);
    const cipher = { name: "AES-GCM", iv: fromBase64(nonce) as BufferSource };
    return new Uint8Array(await subtle.decrypt(cipher, aes, fromBase64(box) as BufferSource));
  };
  const names = Object.keys(boxes) as P[];
  const opened = await Promise.all(names.map(async (name) => [name, await part(name)] as const));
  return Object.fromEntries(opened) as Record<P, Uint8Array>;
}
