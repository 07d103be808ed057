import { z } from "zod";
import { isLoopback } from "./loopback.ts";
import { KEY_ALGORITHMS } from "./pki/core/key-algorithms.ts";
import type { KeyAlgorithm } from "./ports/keys.ts";
import { filled, type Needs, optional, url, type Variables } from "./setting-forms.ts";

/** Where keys are kept and used. A provider that is set up opens its keys, whichever makes the new ones. */
export interface KeySettings {
  readonly provider: ProviderName;
  readonly sealAlgorithm: KeyAlgorithm;
  readonly kms: KmsSettings | null;
  readonly pkcs11: Pkcs11Settings | null;
  readonly vault: VaultSettings | null;
  readonly google: GoogleSettings | null;
  readonly azure: AzureSettings | null;
  readonly csc: CscSettings | null;
  /** Who may choose keys that are in a token or key service already; null for the only organization there is. */
  readonly existingKeysOrganizations: readonly string[] | null;
}

export interface KmsSettings {
  readonly region: string;
  readonly endpoint: string | null;
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
}

export interface Pkcs11Settings {
  readonly module: string;
  readonly token: string;
  readonly pin: { readonly text: string } | { readonly file: string };
  /** What a vendor's module may read: all but our own settings. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface VaultSettings {
  readonly address: string;
  readonly mount: string;
  readonly namespace: string | null;
  readonly login: { readonly token: string } | { readonly roleId: string; readonly secretId: string };
}

export interface GoogleSettings {
  readonly keyRing: string;
  readonly credentialsFile: string;
  readonly protection: "hsm" | "software";
  readonly endpoint: string;
}

export interface AzureSettings {
  readonly vaultUrl: string;
  readonly loginUrl: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly protection: "hsm" | "software";
}

/** A remote signing service; its keys are chosen from, never made. */
export interface CscSettings {
  readonly url: string;
  readonly oauthUrl: string | null;
  readonly clientId: string;
  readonly clientSecret: { readonly text: string } | { readonly file: string };
  /** Whose credentials are listed, where the service wants to be told. */
  readonly userId: string | null;
  readonly answerWithinMs: number;
  /** How long a person who is asked there, or signatures made later, are waited for. */
  readonly patienceMs: number;
  /** Signatures are fetched when they are made, not waited for. */
  readonly isLater: boolean;
  /** Who may use its credentials; null for the only organization there is. */
  readonly organizations: readonly string[] | null;
}

const PROVIDERS = ["software", "aws-kms", "pkcs11", "vault", "google-kms", "azure-key-vault"] as const;
type ProviderName = (typeof PROVIDERS)[number];
const listed = (names: readonly string[]) => `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** No alias: it may point elsewhere tomorrow, and what the key wrapped would be lost. */
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

const KEY_RING = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[\w-]+$/;
const protection = z.enum(["hsm", "software"], "must be hsm or software");
/** Tokens and secrets go there. */
const secretUrl = url.refine(
  (value) =>
    !URL.canParse(value) || new URL(value).protocol === "https:" || isLoopback(new URL(value).hostname),
  "must be https: only a server on this machine may go without",
);

const organizations = filled
  .regex(
    /^org_[0-9a-f]{32}([\s,]+org_[0-9a-f]{32})*$/,
    "must list organizations, like org_0199f3…, org_0199f4…",
  )
  .optional();

export const KEY_VARIABLES = {
  KEY_PROVIDER: z.enum(PROVIDERS, `must be ${listed(PROVIDERS)}`).default("software"),
  SEAL_ALGORITHM: z
    .enum(KEY_ALGORITHMS, `must be one of ${KEY_ALGORITHMS.join(", ")}`)
    .default("rsa-3072-sha256"),
  KMS_REGION: optional,
  KMS_ENDPOINT: url.optional(),
  KMS_ACCESS_KEY_ID: optional,
  KMS_SECRET_ACCESS_KEY: optional,
  KMS_MASTER_KEY_ID: filled
    .regex(KMS_KEY, "must be the ARN of a symmetric key, like arn:aws:kms:eu-central-1:111122223333:key/…")
    .optional(),
  PKCS11_MODULE: filled
    .regex(/^\//, "must be the whole path of a PKCS #11 module, like /usr/lib/softhsm/libsofthsm2.so")
    .optional(),
  PKCS11_TOKEN: optional,
  PKCS11_PIN: optional,
  PKCS11_PIN_FILE: optional,
  VAULT_ADDR: secretUrl.optional(),
  VAULT_NAMESPACE: optional,
  VAULT_TRANSIT_MOUNT: filled
    .regex(/^[\w-]+(\/[\w-]+)*$/, "must be the path of the mount, like transit")
    .default("transit"),
  VAULT_TOKEN: optional,
  VAULT_ROLE_ID: optional,
  VAULT_SECRET_ID: optional,
  GOOGLE_KMS_KEY_RING: filled.regex(KEY_RING, "must be like projects/…/locations/…/keyRings/…").optional(),
  GOOGLE_KMS_CREDENTIALS_FILE: optional,
  GOOGLE_KMS_PROTECTION: protection.default("hsm"),
  GOOGLE_KMS_ENDPOINT: secretUrl.default("https://cloudkms.googleapis.com"),
  AZURE_VAULT_URL: secretUrl.optional(),
  AZURE_TENANT_ID: optional,
  AZURE_CLIENT_ID: optional,
  AZURE_CLIENT_SECRET: optional,
  AZURE_KEY_PROTECTION: protection.default("hsm"),
  AZURE_LOGIN_URL: secretUrl.default("https://login.microsoftonline.com"),
  CSC_URL: secretUrl.optional(),
  CSC_OAUTH_URL: secretUrl.optional(),
  CSC_CLIENT_ID: optional,
  CSC_CLIENT_SECRET: optional,
  CSC_CLIENT_SECRET_FILE: optional,
  CSC_USER_ID: optional,
  CSC_TIMEOUT_SECONDS: z.coerce
    .number("must be a number from 1 to 120")
    .min(1, "must be 1 or more")
    .max(120, "must be 120 or less")
    .default(20),
  CSC_PATIENCE_SECONDS: z.coerce
    .number("must be a number from 10 to 540")
    .min(10, "must be 10 or more")
    // A job that takes ten minutes is given to another worker, which would ask the person again.
    .max(540, "must be 540 or less")
    .default(120),
  CSC_OPERATION_MODE: z.enum(["S", "A"], "must be S or A").default("S"),
  CSC_ORGANIZATIONS: organizations,
  EXISTING_KEYS_ORGANIZATIONS: organizations,
};

/** What turns each provider on, and how it is called. */
const TURNED_ON_BY = [
  ["aws-kms", "KMS_REGION", "KMS needs its region"],
  ["pkcs11", "PKCS11_MODULE", "a token needs its vendor's module"],
  ["vault", "VAULT_ADDR", "Vault needs its address"],
  ["google-kms", "GOOGLE_KMS_KEY_RING", "Google Cloud KMS needs a key ring"],
  ["azure-key-vault", "AZURE_VAULT_URL", "Azure Key Vault needs its address"],
] as const;

/** What has no use without what turns its provider on. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  KMS_REGION: ["KMS_MASTER_KEY_ID", "KMS_ENDPOINT", "KMS_ACCESS_KEY_ID", "KMS_SECRET_ACCESS_KEY"],
  PKCS11_MODULE: ["PKCS11_TOKEN", "PKCS11_PIN", "PKCS11_PIN_FILE"],
  VAULT_ADDR: ["VAULT_NAMESPACE", "VAULT_TRANSIT_MOUNT", "VAULT_TOKEN", "VAULT_ROLE_ID", "VAULT_SECRET_ID"],
  GOOGLE_KMS_KEY_RING: ["GOOGLE_KMS_CREDENTIALS_FILE", "GOOGLE_KMS_PROTECTION", "GOOGLE_KMS_ENDPOINT"],
  AZURE_VAULT_URL: [
    ...["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"],
    ...["AZURE_KEY_PROTECTION", "AZURE_LOGIN_URL"],
  ],
};

const CSC_PARTS = [
  "CSC_OAUTH_URL",
  "CSC_CLIENT_ID",
  "CSC_CLIENT_SECRET",
  "CSC_CLIENT_SECRET_FILE",
  "CSC_USER_ID",
  "CSC_TIMEOUT_SECONDS",
  "CSC_PATIENCE_SECONDS",
  "CSC_OPERATION_MODE",
  "CSC_ORGANIZATIONS",
];

/** Settings of keys that only make sense together. */
export function missingKeyPartners(given: Variables, needs: Needs): string[] {
  needs("KMS_ACCESS_KEY_ID", "KMS_SECRET_ACCESS_KEY", "the two belong together");
  needs("KMS_SECRET_ACCESS_KEY", "KMS_ACCESS_KEY_ID", "the two belong together");
  for (const [, setting, why] of TURNED_ON_BY) for (const part of PARTS[setting]!) needs(part, setting, why);
  needs("PKCS11_MODULE", "PKCS11_TOKEN", "a module may hold several tokens");
  if (given.PKCS11_PIN_FILE === undefined)
    needs("PKCS11_MODULE", "PKCS11_PIN", "a token opens with its PIN (here or in PKCS11_PIN_FILE)");
  needs("VAULT_ROLE_ID", "VAULT_SECRET_ID", "the two belong together");
  needs("VAULT_SECRET_ID", "VAULT_ROLE_ID", "the two belong together");
  if (given.VAULT_ROLE_ID === undefined && given.VAULT_SECRET_ID === undefined)
    needs("VAULT_ADDR", "VAULT_TOKEN", "Vault wants a token (or VAULT_ROLE_ID and VAULT_SECRET_ID)");
  needs("GOOGLE_KMS_KEY_RING", "GOOGLE_KMS_CREDENTIALS_FILE", "Google wants a service account");
  for (const partner of ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"])
    needs("AZURE_VAULT_URL", partner, "Azure wants an application to log in");

  for (const part of CSC_PARTS) needs(part, "CSC_URL", "a remote signing service needs its address");
  needs("CSC_URL", "CSC_CLIENT_ID", "the service knows us by it");
  if (given.CSC_CLIENT_SECRET_FILE === undefined)
    needs("CSC_URL", "CSC_CLIENT_SECRET", "it logs us in (here or in CSC_CLIENT_SECRET_FILE)");

  const faults: string[] = [];
  if (given.CSC_CLIENT_SECRET !== undefined && given.CSC_CLIENT_SECRET_FILE !== undefined)
    faults.push("CSC_CLIENT_SECRET and CSC_CLIENT_SECRET_FILE are both set: give the secret once");
  if (given.PKCS11_PIN !== undefined && given.PKCS11_PIN_FILE !== undefined)
    faults.push("PKCS11_PIN and PKCS11_PIN_FILE are both set: give the PIN once");
  if (given.VAULT_TOKEN !== undefined && given.VAULT_ROLE_ID !== undefined)
    faults.push("VAULT_TOKEN and VAULT_ROLE_ID are both set: log in one way");
  for (const [provider, setting, why] of TURNED_ON_BY) {
    if (given.KEY_PROVIDER === provider && given[setting] === undefined)
      faults.push(`${setting} is missing: KEY_PROVIDER is ${provider}, and ${why}`);
  }
  return faults;
}

type Values = z.infer<z.ZodObject<typeof KEY_VARIABLES>>;

/** @param foreign what the process was given that is no setting of ours */
export function keySettings(values: Values, foreign: Readonly<Record<string, string>>): KeySettings {
  return {
    provider: values.KEY_PROVIDER,
    sealAlgorithm: values.SEAL_ALGORITHM,
    kms: kmsSettings(values),
    pkcs11: pkcs11Settings(values, foreign),
    vault: vaultSettings(values),
    google: googleSettings(values),
    azure: azureSettings(values),
    csc: cscSettings(values),
    existingKeysOrganizations: values.EXISTING_KEYS_ORGANIZATIONS?.split(/[\s,]+/) ?? null,
  };
}

function kmsSettings(values: Values): KmsSettings | null {
  if (values.KMS_REGION === undefined) return null;
  return {
    region: values.KMS_REGION,
    endpoint: values.KMS_ENDPOINT ?? null,
    accessKeyId: values.KMS_ACCESS_KEY_ID ?? null,
    secretAccessKey: values.KMS_SECRET_ACCESS_KEY ?? null,
  };
}

function pkcs11Settings(
  values: Values,
  environment: Readonly<Record<string, string>>,
): Pkcs11Settings | null {
  if (values.PKCS11_MODULE === undefined) return null;
  const file = values.PKCS11_PIN_FILE;
  return {
    module: values.PKCS11_MODULE,
    token: values.PKCS11_TOKEN!,
    pin: file === undefined ? { text: values.PKCS11_PIN! } : { file },
    environment,
  };
}

function vaultSettings(values: Values): VaultSettings | null {
  if (values.VAULT_ADDR === undefined) return null;
  const token = values.VAULT_TOKEN;
  return {
    address: values.VAULT_ADDR,
    mount: values.VAULT_TRANSIT_MOUNT,
    namespace: values.VAULT_NAMESPACE ?? null,
    login:
      token === undefined ? { roleId: values.VAULT_ROLE_ID!, secretId: values.VAULT_SECRET_ID! } : { token },
  };
}

function googleSettings(values: Values): GoogleSettings | null {
  if (values.GOOGLE_KMS_KEY_RING === undefined) return null;
  return {
    keyRing: values.GOOGLE_KMS_KEY_RING,
    credentialsFile: values.GOOGLE_KMS_CREDENTIALS_FILE!,
    protection: values.GOOGLE_KMS_PROTECTION,
    endpoint: values.GOOGLE_KMS_ENDPOINT,
  };
}

function azureSettings(values: Values): AzureSettings | null {
  if (values.AZURE_VAULT_URL === undefined) return null;
  return {
    vaultUrl: values.AZURE_VAULT_URL,
    loginUrl: values.AZURE_LOGIN_URL,
    tenantId: values.AZURE_TENANT_ID!,
    clientId: values.AZURE_CLIENT_ID!,
    clientSecret: values.AZURE_CLIENT_SECRET!,
    protection: values.AZURE_KEY_PROTECTION,
  };
}

function cscSettings(values: Values): CscSettings | null {
  if (values.CSC_URL === undefined) return null;
  const file = values.CSC_CLIENT_SECRET_FILE;
  return {
    url: values.CSC_URL,
    oauthUrl: values.CSC_OAUTH_URL ?? null,
    clientId: values.CSC_CLIENT_ID!,
    clientSecret: file === undefined ? { text: values.CSC_CLIENT_SECRET! } : { file },
    userId: values.CSC_USER_ID ?? null,
    answerWithinMs: values.CSC_TIMEOUT_SECONDS * 1000,
    patienceMs: values.CSC_PATIENCE_SECONDS * 1000,
    isLater: values.CSC_OPERATION_MODE === "A",
    organizations: values.CSC_ORGANIZATIONS?.split(/[\s,]+/) ?? null,
  };
}
