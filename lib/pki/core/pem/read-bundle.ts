import { isRefusal } from "#lib/errors.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import type { PasswordEncryption } from "#lib/pki/core/passwords/decrypt.ts";
import { newBudget, type WorkBudget } from "#lib/pki/core/passwords/derive-key.ts";
import { type PemBlock, readPemBlocks } from "#lib/pki/core/pem/pem-blocks.ts";
import type { Pkcs12Certificate, Pkcs12Key } from "#lib/pki/core/pkcs12/bags.ts";
import {
  openPrivateKey,
  type PrivateKey,
  type PrivateKeyForm,
  readPrivateKey,
  readTraditionalKey,
} from "#lib/pki/core/private-key.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** What a PEM text holds. Keys are in the clear here. */
export interface PemBundle {
  readonly keys: readonly Pkcs12Key[];
  readonly certificates: readonly Pkcs12Certificate[];
  /** PKCS#10, DER each. */
  readonly requests: readonly Uint8Array[];
  readonly encryptions: readonly PasswordEncryption[];
  readonly isOldEncryption: boolean;
  readonly hasUnencryptedKey: boolean;
  /** Labels of blocks that are none of these. */
  readonly skippedLabels: readonly string[];
}

const MAX_KEYS = 20;
const UNNAMED = { friendlyName: null, localKeyId: null } as const;
const CERTIFICATES = ["CERTIFICATE", "X509 CERTIFICATE"];
const BUNDLES = ["PKCS7", "CMS"];
const REQUESTS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
const KEY_FORMS: Record<string, PrivateKeyForm> = {
  "PRIVATE KEY": "pkcs8",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "sec1",
};
const ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";
/** One round of MD5 over the password, whatever the cipher. */
const TRADITIONAL: PasswordEncryption = {
  cipher: "3DES",
  derivation: "OpenSSL's own with MD5",
  iterations: 1,
  isOld: true,
};

/**
 * Reads certificates, private keys and requests out of a PEM text.
 *
 * @param text untrusted. @param password for the keys that are encrypted; null when none is known.
 * @throws pki/malformed, pki/too-large, pki/not-a-key, pki/password-needed, pki/wrong-password,
 *   pki/encryption-unsupported, pki/too-many-iterations
 * @see RFC 7468, RFC 5958
 */
export async function readPemBundle(text: string, password: string | null): Promise<PemBundle> {
  const blocks = readPemBlocks(text);
  const budget = newBudget();
  const keyBlocks = blocks.filter(({ label }) => label === ENCRYPTED_KEY || label in KEY_FORMS);
  if (keyBlocks.length > MAX_KEYS) throw pkiError("too-large", `PEM of ${keyBlocks.length} keys`);
  const keys: Pkcs12Key[] = [];
  for (const block of keyBlocks) keys.push({ ...(await readKey(block, password, budget)), ...UNNAMED });
  const encryptions = keys.flatMap(({ encryption }) => encryption ?? []);
  const known = [...CERTIFICATES, ...BUNDLES, ...REQUESTS, ENCRYPTED_KEY, ...Object.keys(KEY_FORMS)];
  return {
    keys,
    certificates: blocks.flatMap(certificatesOf).map((der) => ({ der, ...UNNAMED })),
    requests: blocks.filter(({ label }) => REQUESTS.includes(label)).map(({ der }) => der),
    encryptions: [...new Map(encryptions.map((one) => [JSON.stringify(one), one])).values()],
    isOldEncryption: encryptions.some(({ isOld }) => isOld),
    hasUnencryptedKey: keys.some(({ encryption }) => encryption === null),
    skippedLabels: blocks.map(({ label }) => label).filter((label) => !known.includes(label)),
  };
}

async function readKey(
  { label, der, text, isTraditionallyEncrypted }: PemBlock,
  password: string | null,
  budget: WorkBudget,
): Promise<PrivateKey & { readonly encryption: PasswordEncryption | null }> {
  if (label === ENCRYPTED_KEY) return openPrivateKey(der, password, budget);
  if (!isTraditionallyEncrypted) return { ...readPrivateKey(der, KEY_FORMS[label]!), encryption: null };
  if (password === null) throw pkiError("password-needed", "the private key is encrypted");
  const cipher = /DEK-Info:\s*AES-(128|192|256)/.exec(text)?.[1];
  const encryption = cipher ? { ...TRADITIONAL, cipher: `AES-${cipher}` as "AES-256" } : TRADITIONAL;
  return { ...readTraditionalKey(text, password), encryption };
}

function certificatesOf({ label, der }: PemBlock): readonly Uint8Array[] {
  if (CERTIFICATES.includes(label)) return [der];
  if (!BUNDLES.includes(label)) return [];
  try {
    return parseCms(der).certificates;
  } catch (error) {
    if (isRefusal(error, "pki/malformed")) return [];
    throw error;
  }
}
