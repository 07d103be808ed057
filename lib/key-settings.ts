import { z } from "zod";
import { filled, type Needs, optional, url, type Variables } from "./setting-forms.ts";

/** Where keys are kept and used. A provider that is set up opens its keys, whichever makes the new ones. */
export interface KeySettings {
  readonly provider: ProviderName;
  readonly sealAlgorithm: SealAlgorithm;
  readonly kms: KmsSettings | null;
  readonly pkcs11: Pkcs11Settings | null;
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

const PROVIDERS = ["software", "aws-kms", "pkcs11"] as const;
type ProviderName = (typeof PROVIDERS)[number];
const SEAL_ALGORITHMS = ["rsa-3072-sha256", "ecdsa-p256-sha256"] as const;
type SealAlgorithm = (typeof SEAL_ALGORITHMS)[number];
const listed = (names: readonly string[]) => `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** No alias: it may point elsewhere tomorrow, and what the key wrapped would be lost. */
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

export const KEY_VARIABLES = {
  KEY_PROVIDER: z.enum(PROVIDERS, `must be ${listed(PROVIDERS)}`).default("software"),
  SEAL_ALGORITHM: z
    .enum(SEAL_ALGORITHMS, `must be one of ${SEAL_ALGORITHMS.join(", ")}`)
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
};

/** What turns each provider on, and how it is called. */
const TURNED_ON_BY = [
  ["aws-kms", "KMS_REGION", "KMS needs its region"],
  ["pkcs11", "PKCS11_MODULE", "a token needs its vendor's module"],
] as const;

/** Settings of keys that only make sense together. */
export function missingKeyPartners(given: Variables, needs: Needs): string[] {
  needs("KMS_ACCESS_KEY_ID", "KMS_SECRET_ACCESS_KEY", "the two belong together");
  needs("KMS_SECRET_ACCESS_KEY", "KMS_ACCESS_KEY_ID", "the two belong together");
  for (const setting of ["KMS_MASTER_KEY_ID", "KMS_ENDPOINT", "KMS_ACCESS_KEY_ID", "KMS_SECRET_ACCESS_KEY"])
    needs(setting, "KMS_REGION", "KMS needs its region");
  for (const setting of ["PKCS11_TOKEN", "PKCS11_PIN", "PKCS11_PIN_FILE"])
    needs(setting, "PKCS11_MODULE", "a token needs its vendor's module");
  needs("PKCS11_MODULE", "PKCS11_TOKEN", "a module may hold several tokens");
  if (given.PKCS11_PIN_FILE === undefined)
    needs("PKCS11_MODULE", "PKCS11_PIN", "a token opens with its PIN (here or in PKCS11_PIN_FILE)");

  const faults: string[] = [];
  if (given.PKCS11_PIN !== undefined && given.PKCS11_PIN_FILE !== undefined)
    faults.push("PKCS11_PIN and PKCS11_PIN_FILE are both set: give the PIN once");
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
    kms:
      values.KMS_REGION === undefined
        ? null
        : {
            region: values.KMS_REGION,
            endpoint: values.KMS_ENDPOINT ?? null,
            accessKeyId: values.KMS_ACCESS_KEY_ID ?? null,
            secretAccessKey: values.KMS_SECRET_ACCESS_KEY ?? null,
          },
    pkcs11:
      values.PKCS11_MODULE === undefined
        ? null
        : {
            module: values.PKCS11_MODULE,
            token: values.PKCS11_TOKEN!,
            pin:
              values.PKCS11_PIN_FILE === undefined
                ? { text: values.PKCS11_PIN! }
                : { file: values.PKCS11_PIN_FILE },
            environment: foreign,
          },
  };
}
