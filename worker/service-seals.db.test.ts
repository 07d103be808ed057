import { afterAll, describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { startAzureDouble } from "#lib/adapters/testing/azure-double.ts";
import { startGoogleKmsDouble } from "#lib/adapters/testing/google-kms-double.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { sent, until } from "#lib/signing/testing.ts";
import { expectValid, sealedPdf, signed } from "./testing-story.ts";

const [vault, google, azure] = [
  await startVaultDouble(),
  await startGoogleKmsDouble(),
  await startAzureDouble(),
];
afterAll(() => Promise.all([vault.close(), google.close(), azure.close()]));

const SERVICES: { id: RegExp; settings: Record<string, string> }[] = [
  {
    id: /^transit\/whereof-seal-of-/,
    settings: {
      KEY_PROVIDER: "vault",
      VAULT_ADDR: vault.url,
      VAULT_NAMESPACE: vault.namespace,
      VAULT_ROLE_ID: vault.appRole.roleId,
      VAULT_SECRET_ID: vault.appRole.secretId,
    },
  },
  {
    id: /^projects\/.+\/cryptoKeyVersions\/1$/,
    settings: {
      KEY_PROVIDER: "google-kms",
      SEAL_ALGORITHM: "rsa-pss-3072-sha256",
      GOOGLE_KMS_KEY_RING: google.keyRing,
      GOOGLE_KMS_CREDENTIALS_FILE: google.credentialsFile(),
      GOOGLE_KMS_ENDPOINT: google.url,
    },
  },
  {
    id: /^http:\/\/127\.0\.0\.1:\d+\/keys\//,
    settings: {
      KEY_PROVIDER: "azure-key-vault",
      SEAL_ALGORITHM: "ecdsa-p256-sha256",
      AZURE_VAULT_URL: azure.url,
      AZURE_LOGIN_URL: azure.url,
      AZURE_TENANT_ID: azure.application.tenantId,
      AZURE_CLIENT_ID: azure.application.clientId,
      AZURE_CLIENT_SECRET: azure.application.clientSecret,
    },
  },
];

describe.each(SERVICES)("with the organization's key in $settings.KEY_PROVIDER", ({ id, settings }) => {
  const product = testProduct({ runsJobs: true, settings: async () => settings });

  test("the story is the same", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    expectValid(await sealedPdf(ctx, await signed(ctx)));
    const [key] = await product().admin`
      select provider, key_id from signing_keys where organization_id = ${ctx.organizationId}`;
    expect(key).toMatchObject({ provider: settings.KEY_PROVIDER, key_id: expect.stringMatching(id) });
  });
});

describe("while Vault is sealed", () => {
  const product = testProduct({ runsJobs: true, settings: async () => SERVICES[0]!.settings });

  test("the envelope waits in view, and goes on by itself", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    vault.seal(true);
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    await until(ctx, envelopeId, ({ waitingFor }) => waitingFor === "keys/unavailable", 30_000);
    vault.seal(false);
    await until(ctx, envelopeId, ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null, 60_000);
  }, 180_000);
});
