import { expect, test } from "vitest";
import { connectorSettings } from "./connector-settings.ts";
import type { KeySettings } from "./key-settings.ts";

const SECRETS = ["pin-1234", "s.token", "kms-secret", "azure-secret", "csc-secret", "url-password"];
const KEYS: KeySettings = {
  ...{ provider: "vault", sealAlgorithm: "rsa-3072-sha256" },
  kms: { region: "eu-central-1", endpoint: null, accessKeyId: "AKIA1", secretAccessKey: "kms-secret" },
  pkcs11: { module: "/lib/hsm.so", token: "Seal", pin: { text: "pin-1234" }, environment: { HOME: "/root" } },
  vault: {
    ...{ address: "https://me:url-password@vault.example", mount: "transit", namespace: "legal" },
    login: { token: "s.token" },
  },
  google: null,
  azure: {
    ...{ vaultUrl: "https://v.vault.azure.net", loginUrl: "https://login.microsoftonline.com" },
    ...{ tenantId: "t", clientId: "c", clientSecret: "azure-secret", protection: "hsm" },
  },
  existingKeysOrganizations: null,
  csc: {
    ...{ url: "https://qtsp.example/csc/v2", oauthUrl: null, clientId: "we", userId: null },
    ...{ clientSecret: { text: "csc-secret" }, answerWithinMs: 20_000, patienceMs: 120_000 },
    ...{ isLater: false, organizations: null },
  },
};

test("every place that is set up is shown with its settings, and of a secret only that it is set", () => {
  const shown = connectorSettings(KEYS);
  expect([...shown.keys()]).toEqual(["software", "aws-kms", "pkcs11", "vault", "azure-key-vault", "csc"]);
  const text = JSON.stringify([...shown]);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(shown.get("vault")).toEqual([
    { variable: "VAULT_ADDR", value: "https://vault.example/" },
    { variable: "VAULT_NAMESPACE", value: "legal" },
    { variable: "VAULT_TRANSIT_MOUNT", value: "transit" },
    { variable: "VAULT_TOKEN", value: null },
  ]);
  expect(shown.get("pkcs11")!.at(-1)).toEqual({ variable: "PKCS11_PIN", value: null });
});
