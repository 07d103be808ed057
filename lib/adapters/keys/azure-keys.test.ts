import { afterAll, describe, expect, test } from "vitest";
import { keysContract } from "#lib/ports/keys.contract.ts";
import { startAzureDouble } from "../testing/azure-double.ts";
import { type AzureAccess, azureKeys } from "./azure-keys.ts";
import { restKeysContract } from "./rest/rest-keys.contract.ts";

const azure = await startAzureDouble();
afterAll(() => azure.close());
const access: AzureAccess = {
  ...azure.application,
  vaultUrl: azure.url,
  loginUrl: azure.url,
  protection: "software",
};

keysContract("Azure Key Vault", async () => ({ provider: azureKeys(access) }));

restKeysContract("Azure Key Vault", async () => ({
  double: azure,
  signPath: "/sign",
  provider: (answerWithinMs, vaultUrl = azure.url) => azureKeys({ ...access, vaultUrl, answerWithinMs }),
  garble(body) {
    const { value } = body as { value: string };
    return { ...body, value: `${value.startsWith("A") ? "B" : "A"}${value.slice(1)}` };
  },
  strangers: () => [
    azureKeys({ ...access, clientSecret: "guessed" }),
    azureKeys({ ...access, clientId: "stranger" }),
    azureKeys({ ...access, tenantId: "elsewhere" }),
  ],
  endTokens: azure.endTokens,
}));

describe("Azure Key Vault", () => {
  const keys = azureKeys(access);
  const message = Buffer.from("what is signed");

  test("makes keys in an HSM when told to, and signs with them", async () => {
    const hsm = azureKeys({ ...access, protection: "hsm" });
    for (const algorithm of ["ecdsa-p384-sha384", "rsa-2048-sha256"] as const) {
      const key = await hsm.create(algorithm, "in an HSM");
      expect(key.id).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/keys\/in-an-hsm-[0-9a-f-]{36}\/[0-9a-f]{32}$/);
      await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
    }
  });

  test("does not let a disabled key sign", async () => {
    const key = await keys.create("ecdsa-p256-sha256", "disabled");
    azure.setEnabled(key.id, false);
    await expect(key.sign(message)).rejects.toMatchObject({ kind: "forbidden", code: "keys/disabled" });
    await expect(keys.open(key.id)).rejects.toMatchObject({ code: "keys/disabled" });
    azure.setEnabled(key.id, true);
    await expect(key.sign(message)).resolves.toBeDefined();
  });

  test("is refused a key that may be exported, is not for signing, or is of another curve", async () => {
    const exportable = azure.addKey({ kty: "EC-HSM", crv: "P-256", attributes: { exportable: true } });
    await expect(keys.open(exportable)).rejects.toMatchObject({ code: "keys/key-not-kept" });
    const unsupported = { code: "keys/unsupported-algorithm" };
    const forEncryption = azure.addKey({ kty: "RSA", key_ops: ["encrypt", "decrypt"] });
    await expect(keys.open(forEncryption)).rejects.toMatchObject(unsupported);
    await expect(keys.open(azure.addKey({ kty: "EC", crv: "P-521" }))).rejects.toMatchObject(unsupported);
  });

  test("is the only one to get its token: a key of another vault is not found", async () => {
    const { id } = await keys.create("ecdsa-p256-sha256", "ours");
    const other = await startAzureDouble();
    await expect(keys.open(id.replace(azure.url, other.url))).rejects.toMatchObject({
      code: "keys/not-found",
    });
    await expect(keys.open(`${azure.url}/keys/a/../b`)).rejects.toMatchObject({ code: "keys/not-found" });
    expect(other.requests).toEqual([]);
    await other.close();
  });
});
