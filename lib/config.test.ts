import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConfigError, readConfig, VARIABLES } from "./config.ts";
import { ENVELOPE_LIMITS } from "./envelopes/core/draft.ts";
import { KEY_ALGORITHMS } from "./pki/core/key-algorithms.ts";

const least = { DATABASE_URL: "postgres://app@localhost/app", NEXTAUTH_SECRET: "x".repeat(32) };

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test("a database and a secret are enough", () => {
  const config = readConfig(least);
  expect(config).toMatchObject({
    baseUrl: "http://localhost:3000",
    files: { kind: "local", folder: ".data/files" },
    masterKey: { kind: "local" },
    mail: null,
    returns: null,
    level: "B-LTA",
    keys: { provider: "software" },
  });
});

test("what uploads may hold is the operator's to settle, within bounds", () => {
  const MB = 1024 ** 2;
  expect(readConfig(least).uploads).toEqual({ fileBytes: 50 * MB, envelopeBytes: 200 * MB, pages: 2_000 });
  const more = { ...least, MAX_FILE_MB: "120", MAX_ENVELOPE_MB: "300", MAX_PAGES: "5000" };
  expect(readConfig(more).uploads).toEqual({ fileBytes: 120 * MB, envelopeBytes: 300 * MB, pages: 5_000 });
  expect(faultsOf({ ...least, MAX_FILE_MB: "0" }).join()).toContain("MAX_FILE_MB");
  expect(faultsOf({ ...least, MAX_FILE_MB: "501" }).join()).toContain("must be 500 or less");
  expect(faultsOf({ ...least, MAX_PAGES: "many" }).join()).toContain("MAX_PAGES");
});

test("how much there may be is the operator's to settle, within bounds", () => {
  const { limits } = readConfig(least);
  expect(limits).toMatchObject({ documents: 20, recipients: 50, fields: 2_000, tableRows: 10_000 });
  const { documents, recipients, fields, mostDocuments, mostRecipients, mostFields } = ENVELOPE_LIMITS;
  expect(limits).toMatchObject({ documents, recipients, fields });
  const most = { MAX_DOCUMENTS: mostDocuments, MAX_RECIPIENTS: mostRecipients, MAX_FIELDS: mostFields };
  for (const [name, value] of Object.entries(most)) {
    expect(faultsOf({ ...least, [name]: String(value) })).toEqual([]);
    expect(faultsOf({ ...least, [name]: String(value + 1) }).join()).toContain(name);
  }
  const more = { MAX_DOCUMENTS: "40", MAX_TABLE_ROWS: "100000", MAX_MAILED_MB: "25", MAX_CONTACTS: "7" };
  expect(readConfig({ ...least, ...more }).limits).toMatchObject({
    ...{ documents: 40, tableRows: 100_000, mailedBytes: 25 * 1024 ** 2, contacts: 7 },
  });
  for (const [name, value] of [
    ["MAX_DOCUMENTS", "101"],
    ["MAX_RECIPIENTS", "0"],
    ["MAX_FIELDS", "5001"],
    ["MAX_TABLE_ROWS", "all"],
    ["MAX_TABLE_MB", "1.5"],
    ["MAX_FOLDERS", "-1"],
  ] as const)
    expect(faultsOf({ ...least, [name]: value }).join()).toContain(name);
});

test("an address keeps no slash at its end", () => {
  expect(readConfig({ ...least, BASE_URL: "https://sign.example.com//" }).baseUrl).toBe(
    "https://sign.example.com",
  );
});

test("how the database is encrypted where it lies is said by the operator, or by nobody", () => {
  expect(readConfig(least).databaseAtRest).toBeNull();
  for (const said of ["disk", "service", "none"])
    expect(readConfig({ ...least, DATABASE_AT_REST: said }).databaseAtRest).toBe(said);
  expect(faultsOf({ ...least, DATABASE_AT_REST: "yes" })).toEqual([
    expect.stringContaining("must be disk, service or none"),
  ]);
});

test("every fault is named at once, and no value is repeated", () => {
  const faults = faultsOf({
    DATABASE_URL: "mysql://nobody",
    BASE_URL: "sign.example.com",
    SMTP_HOST: "mail.example.com",
    SMTP_PORT: "0",
    S3_ACCESS_KEY_ID: "key-id",
    KEY_PROVIDER: "aws-kms",
    SIGNATURE_LEVEL: "B-X",
  });
  const text = faults.join("\n");
  for (const name of [
    ...["DATABASE_URL", "BASE_URL", "SMTP_PORT", "SMTP_FROM", "S3_SECRET_ACCESS_KEY", "KMS_REGION"],
    ...["SIGNATURE_LEVEL", "NEXTAUTH_SECRET"],
  ])
    expect(text).toContain(name);
  expect(text).toContain("NEXTAUTH_SECRET is missing");
  for (const value of ["mysql://nobody", "key-id"]) expect(text).not.toContain(value);
});

test("half of what belongs together is a fault, and its partner is named once", () => {
  expect(faultsOf({ ...least, SMTP_FROM: "a@example.com", SMTP_PORT: "25" })).toEqual([
    "SMTP_HOST is missing: SMTP_FROM is set, and mail needs a server",
  ]);
  for (const [setting, value, partner] of [
    ["S3_REGION", "eu-central-1", "S3_BUCKET"],
    ["S3_SECRET_ACCESS_KEY", "secret", "S3_ACCESS_KEY_ID"],
    ["KMS_ENDPOINT", "http://127.0.0.1:4566", "KMS_REGION"],
    ["SMTP_PASSWORD", "secret", "SMTP_USER"],
    ["KEY_PROVIDER", "pkcs11", "PKCS11_MODULE"],
    ["PKCS11_PIN_FILE", "/run/secrets/pin", "PKCS11_MODULE"],
    ["PKCS11_MODULE", "/usr/lib/module.so", "PKCS11_TOKEN"],
    ["PKCS11_MODULE", "/usr/lib/module.so", "PKCS11_PIN"],
    ["KEY_PROVIDER", "vault", "VAULT_ADDR"],
    ["VAULT_ADDR", "https://vault.example.com", "VAULT_TOKEN"],
    ["VAULT_ROLE_ID", "role", "VAULT_SECRET_ID"],
    ["KEY_PROVIDER", "google-kms", "GOOGLE_KMS_KEY_RING"],
    ["GOOGLE_KMS_KEY_RING", "projects/p/locations/l/keyRings/k", "GOOGLE_KMS_CREDENTIALS_FILE"],
    ["KEY_PROVIDER", "azure-key-vault", "AZURE_VAULT_URL"],
    ["AZURE_VAULT_URL", "https://seals.vault.azure.net", "AZURE_CLIENT_SECRET"],
    ["AZURE_CLIENT_SECRET", "secret", "AZURE_VAULT_URL"],
  ] as const)
    expect(faultsOf({ ...least, [setting]: value }).join()).toContain(`${partner} is missing`);
});

test("what would only fail later is a fault at once", () => {
  const around = { KMS_REGION: "eu-central-1", SMTP_HOST: "mail.example.com", SMTP_FROM: "a@example.com" };
  for (const [setting, value] of [
    ["TRUSTED_PROXIES", "10.0.0.0/"],
    ["TRUSTED_PROXIES", "10.0.0.0/40"],
    ["TRUSTED_PROXIES", "proxy.example.com"],
    ["PRIVATE_HOSTS", "*.corp.example"],
    ["PRIVATE_HOSTS", "http://pki.corp.example/"],
    ["PRIVATE_HOSTS", "10.0.0.0/8"],
    ["KMS_MASTER_KEY_ID", "alias/whereof"],
    ["DATABASE_URL", "postgres://user:pass word@[host/database"],
    ["PORT", "http"],
    ["SMTP_FROM", "Whereof"],
    ["SMTP_SECURITY", "none"],
    ["PKCS11_MODULE", "libsofthsm2.so"],
    ["VAULT_ADDR", "http://vault.example.com:8200"],
    ["VAULT_TRANSIT_MOUNT", "../auth"],
    ["GOOGLE_KMS_KEY_RING", "seals"],
    ["AZURE_VAULT_URL", "http://seals.vault.azure.net"],
    ["AZURE_LOGIN_URL", "http://login.example.com"],
    ["TSA_URL", "https://me:secret@tsa.example.com"],
  ] as const)
    expect(faultsOf({ ...least, ...around, [setting]: value }).join()).toContain(setting);
});

test("a time-stamping authority is known by its address or by its root", () => {
  const faults = (more: Record<string, string>) => faultsOf({ ...least, ...more });
  const TSA_URL = "http://tsa.example.com/stamp";
  expect(faults({ TSA_URL })).toEqual([expect.stringMatching(/^TSA_URL must be https/)]);
  expect(faults({ TSA_URL: "https://tsa.example.com/stamp" })).toEqual([]);
  expect(faults({ TSA_URL: "http://127.0.0.1:8080/tsa" })).toEqual([]);
  for (const PRIVATE_HOSTS of ["tsa.example.com", "pki.corp.example, tsa.example.com"])
    expect(faults({ TSA_URL, PRIVATE_HOSTS })).toEqual([]);
  expect(faults({ TSA_URL, TSA_ANCHORS: "/etc/whereof/tsa.pem" })).toEqual([]);
  expect(faults({ TSA_ANCHORS: "/etc/whereof/tsa.pem" }).join()).toContain("TSA_URL is missing");
});

test("Vault is logged in to one way", () => {
  const vault = { VAULT_ADDR: "https://vault.example.com", VAULT_ROLE_ID: "role", VAULT_SECRET_ID: "secret" };
  expect(faultsOf({ ...least, ...vault })).toEqual([]);
  expect(faultsOf({ ...least, ...vault, VAULT_TOKEN: "hvs.token" })).toEqual([
    "VAULT_TOKEN and VAULT_ROLE_ID are both set: log in one way",
  ]);
  expect(faultsOf({ ...least, VAULT_ADDR: "http://127.0.0.1:8200", VAULT_TOKEN: "hvs.token" })).toEqual([]);
});

test("a token's PIN is given once, and its module finds none of our settings", () => {
  const token = { PKCS11_MODULE: "/usr/lib/module.so", PKCS11_TOKEN: "seals", PKCS11_PIN_FILE: "/run/pin" };
  expect(faultsOf({ ...least, ...token, PKCS11_PIN: "1234" })).toEqual([
    "PKCS11_PIN and PKCS11_PIN_FILE are both set: give the PIN once",
  ]);
  const others = { AWS_SECRET_ACCESS_KEY: "secret", VENDOR_CONFIG: "/etc/vendor.conf" };
  expect(readConfig({ ...least, ...token, ...others }).keys.pkcs11).toEqual({
    module: "/usr/lib/module.so",
    token: "seals",
    pin: { file: "/run/pin" },
    environment: { VENDOR_CONFIG: "/etc/vendor.conf" },
  });
});

test("an empty variable counts as not set", () => {
  expect(readConfig({ ...least, S3_BUCKET: "", SMTP_HOST: "" }).files.kind).toBe("local");
});

test("with one database address the product takes on a weaker role", () => {
  expect(readConfig(least).database.role).toBe("whereof_app");
  expect(
    readConfig({ ...least, DATABASE_ADMIN_URL: "postgres://owner@localhost/app" }).database.role,
  ).toBeNull();
});

test("docs/configuration.md names every variable, and no other", () => {
  const page = readFileSync(new URL("../docs/configuration.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name!);
  expect(named.toSorted()).toEqual(VARIABLES.toSorted());
});

test("whatever is wrong, and however much at once, no value is repeated and every fault stands on its line", () => {
  const garbage = Object.fromEntries(VARIABLES.map((name) => [name, `s3cr3t of ${name.toLowerCase()}`]));
  const faults = faultsOf(garbage);
  const text = new ConfigError(faults).message;
  expect(text).not.toMatch(/s3cr3t/i);
  for (const name of [
    ...[
      "PORT",
      "BASE_URL",
      "DATABASE_URL",
      "DATABASE_ADMIN_URL",
      "DATABASE_MAX_CONNECTIONS",
      "DATABASE_AT_REST",
      "S3_ENDPOINT",
    ],
    ...[
      "S3_FORCE_PATH_STYLE",
      "KEY_PROVIDER",
      "SEAL_ALGORITHM",
      "KMS_ENDPOINT",
      "KMS_MASTER_KEY_ID",
      "SMTP_PORT",
    ],
    ...[
      "SMTP_FROM",
      "SMTP_SECURITY",
      "TSA_URL",
      "SIGNATURE_LEVEL",
      "TRUSTED_PROXIES",
      "NEXTAUTH_SECRET",
      "LOG_LEVEL",
    ],
  ])
    expect(
      faults.filter((fault) => fault.startsWith(`${name} `)),
      name,
    ).not.toEqual([]);
  expect(text.split("\n")).toHaveLength(faults.length + 1);
});

test.for([
  "alias/whereof",
  "1234abcd-12ab-34cd-56ef-1234567890ab",
  "arn:aws:kms:eu-central-1:111122223333:alias/whereof",
  "arn:aws:kms:eu-central-1:1111:key/1234abcd",
  "arn:aws:s3:eu-central-1:111122223333:key/1234abcd",
])("%s is no key's ARN", (keyId) => {
  const faults = faultsOf({ ...least, KMS_REGION: "eu-central-1", KMS_MASTER_KEY_ID: keyId });
  expect(faults).toEqual([expect.stringMatching(/^KMS_MASTER_KEY_ID must be the ARN/)]);
});

test.for([
  [{ S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "b" }, ["S3_BUCKET"]],
  [{ S3_BUCKET: "files", S3_SECRET_ACCESS_KEY: "b" }, ["S3_ACCESS_KEY_ID"]],
  [{ KMS_SECRET_ACCESS_KEY: "b" }, ["KMS_ACCESS_KEY_ID", "KMS_REGION"]],
  [{ KEY_PROVIDER: "aws-kms" }, ["KMS_REGION"]],
  [{ SMTP_HOST: "mail.example.com" }, ["SMTP_FROM"]],
  [{ SMTP_USER: "sign", SMTP_PASSWORD: "b" }, ["SMTP_HOST"]],
  [{ SMTP_FROM: "sign@example.com" }, ["SMTP_HOST"]],
  [{ SMTP_HOST: "mail.example.com", SMTP_FROM: "sign@example.com", SMTP_PASSWORD: "b" }, ["SMTP_USER"]],
] as const)("%j names what is missing beside it", ([given, missing]) => {
  const faults = faultsOf({ ...least, ...given });
  for (const name of missing)
    expect(
      faults.filter((fault) => fault.startsWith(name)),
      name,
    ).toHaveLength(1);
});

test("a seal may sign in every way that keys sign here", () => {
  for (const algorithm of KEY_ALGORITHMS)
    expect(readConfig({ ...least, SEAL_ALGORITHM: algorithm }).keys.sealAlgorithm).toBe(algorithm);
});
