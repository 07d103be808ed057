import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { checkCredential, type Opened } from "#lib/pki/core/credentials/check-credential.ts";
import { ENCRYPTION_RANDOM_BYTES, WRITTEN_ITERATIONS } from "#lib/pki/core/passwords/encrypt.ts";
import { readPemBundle } from "#lib/pki/core/pem/read-bundle.ts";
import { isPkcs12, readPkcs12 } from "#lib/pki/core/pkcs12/read-pkcs12.ts";
import { PKCS12_RANDOM_BYTES, writePkcs12 } from "#lib/pki/core/pkcs12/write-pkcs12.ts";
import { encryptPrivateKey } from "#lib/pki/core/private-key.ts";
import { pkiError } from "#lib/pki/errors.ts";

export type CredentialForm = "pfx" | "pem";

export interface Conversion {
  readonly to: CredentialForm;
  /** What the new file is locked with; may be the old one. */
  readonly newPassword: string;
  /** 80 fresh random octets. */
  readonly random: Uint8Array;
  /** Which key, counted from 0; null when there is one. */
  readonly chosen: number | null;
  /** For the order of the chain. */
  readonly at: Date;
  readonly iterations?: number;
}

/** One thing that differs between the old file and the new. */
export interface Change {
  readonly code:
    | "format"
    | "encryption"
    | "integrity"
    | "order"
    | "name-dropped"
    | "certificates-left-out"
    | "keys-left-out"
    | "entries-left-out";
  readonly message: string;
}

/** @returns whether the bytes are a PFX; anything else is tried as PEM. */
export const credentialFormOf = (bytes: Uint8Array): CredentialForm => (isPkcs12(bytes) ? "pfx" : "pem");

/**
 * Opens a PFX or a PEM text.
 *
 * @param bytes untrusted. @throws what `readPkcs12` and `readPemBundle` throw; pki/not-pkcs12 for neither
 */
export async function openCredential(
  bytes: Uint8Array,
  password: string | null,
): Promise<Opened & { readonly form: CredentialForm; readonly skipped: number; readonly integrity: string }> {
  if (credentialFormOf(bytes) === "pem" && Buffer.from(bytes).includes("-----BEGIN ")) {
    const bundle = await readPemBundle(Buffer.from(bytes).toString("latin1"), password);
    return { ...bundle, form: "pem", skipped: bundle.skippedLabels.length, integrity: "none" };
  }
  const file = await readPkcs12(bytes, password);
  return { ...file, form: "pfx", skipped: file.skippedBags, integrity: file.integrity.name };
}

/**
 * Writes a PFX as PEM or PEM as a PFX, or either anew: the key under AES-256, its certificate first, then the
 * chain in order.
 *
 * @param bytes untrusted. @param password of the old file.
 * @returns the new file and what changed. @throws what `openCredential` throws; pki/no-private-key,
 *   pki/several-keys, pki/key-mismatch when no certificate belongs to the key
 */
export async function convertCredential(
  bytes: Uint8Array,
  password: string | null,
  conversion: Conversion,
): Promise<{ file: Uint8Array; changes: Change[] }> {
  const opened = await openCredential(bytes, password);
  const { key, certificate, chain } = checkCredential({ opened, known: [], anchors: [], ...conversion });
  if (!key) {
    const code = opened.keys.length === 0 ? "no-private-key" : "several-keys";
    throw pkiError(code, `${opened.keys.length} keys in the file`);
  }
  if (!certificate || !chain) throw pkiError("key-mismatch", "no certificate in the file belongs to the key");
  const certificates = chain.certificates.map(({ der }) => der);
  const { to, newPassword, random, iterations } = conversion;
  const friendlyName = key.friendlyName ?? certificate.subject.parts.at(-1)?.value ?? "";
  const file =
    to === "pfx"
      ? await writePkcs12({ key, certificates, friendlyName, password: newPassword, random, iterations })
      : await asPem(key.pkcs8, certificates, conversion);
  return { file, changes: changesOf(opened, conversion, certificates.length, key.friendlyName) };
}

export const CONVERSION_RANDOM_BYTES = PKCS12_RANDOM_BYTES;

async function asPem(
  pkcs8: Uint8Array,
  certificates: readonly Uint8Array[],
  { newPassword, random, iterations }: Conversion,
): Promise<Uint8Array> {
  const part = random.subarray(0, ENCRYPTION_RANDOM_BYTES);
  const key = await encryptPrivateKey({ pkcs8 }, newPassword, part, iterations);
  const texts = [toPem(key, "ENCRYPTED PRIVATE KEY"), ...certificates.map((der) => toPem(der))];
  return new Uint8Array(Buffer.from(texts.join("")));
}

const FORMS = { pfx: "PFX (PKCS#12)", pem: "PEM" } as const;

function changesOf(
  opened: Awaited<ReturnType<typeof openCredential>>,
  { to, iterations = WRITTEN_ITERATIONS }: Conversion,
  kept: number,
  name: string | null,
): Change[] {
  const changes: Change[] = [];
  const add = (code: Change["code"], message: string) => changes.push({ code, message });
  if (opened.form !== to) add("format", `${FORMS[opened.form]} became ${FORMS[to]}.`);
  const before = opened.encryptions.map(
    ({ cipher, derivation, iterations: count }) => `${cipher} (${derivation}, ${count} iterations)`,
  );
  const was = [...before, ...(opened.hasUnencryptedKey ? ["no encryption"] : [])].join(" and ");
  add("encryption", `${was} became AES-256 (PBKDF2 with HMAC-SHA-256, ${iterations} iterations).`);
  if (opened.form === "pfx" && to === "pem")
    add("integrity", `The check of the whole file (${opened.integrity}) is gone: PEM has none.`);
  if (to === "pfx" && opened.integrity !== "HMAC-SHA-256")
    add("integrity", "The whole file is now protected by HMAC-SHA-256.");
  if (to === "pem" && name !== null) add("name-dropped", `PEM keeps no name: “${name}” is gone.`);
  add("order", "The key's own certificate comes first, then its authorities up to the root.");
  const left = opened.certificates.length - kept;
  if (left > 0) add("certificates-left-out", `${left} certificates are not part of its chain and left out.`);
  if (opened.keys.length > 1) add("keys-left-out", `${opened.keys.length - 1} other keys are left out.`);
  if (opened.skipped > 0) add("entries-left-out", `${opened.skipped} other entries are left out.`);
  return changes;
}
