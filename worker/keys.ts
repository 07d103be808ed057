import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { awsKmsKeys } from "#lib/adapters/keys/aws-kms-keys.ts";
import { azureKeys } from "#lib/adapters/keys/azure-keys.ts";
import { googleKmsKeys } from "#lib/adapters/keys/google-kms-keys.ts";
import { pkcs11Keys } from "#lib/adapters/keys/pkcs11-keys.ts";
import { softwareKey, softwareKeys } from "#lib/adapters/keys/software-keys.ts";
import { vaultKeys } from "#lib/adapters/keys/vault-keys.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { type KeyProvider, keysError, type WorkerKeys } from "#lib/ports/keys.ts";
import { credentialsOf, openMasterKey, type Runtime } from "#lib/runtime.ts";

const newKeyPair = promisify(generateKeyPair);

/** The only place that loads what can sign. */
export async function openKeys(runtime: Runtime): Promise<WorkerKeys> {
  const { config } = runtime;
  const software = softwareKeys({ vault: databaseVault(runtime), masterKey: await openMasterKey(config) });
  const { kms, pkcs11, vault, google, azure } = config.keys;
  const foreign = [
    kms && awsKmsKeys({ ...kms, credentials: credentialsOf(kms) }),
    pkcs11 && pkcs11Keys(pkcs11),
    vault && vaultKeys(vault),
    google && googleKmsKeys(google),
    azure && azureKeys(azure),
  ].filter((provider) => provider !== null);
  const providers = new Map<string, KeyProvider>(
    [software, ...foreign].map((provider) => [provider.name, provider]),
  );
  const provider = (name: string): KeyProvider => {
    const found = providers.get(name);
    if (!found) throw keysError("not-found", `no key provider ${name} is set up`);
    return found;
  };
  return {
    software,
    seals: provider(config.keys.provider),
    sealAlgorithm: config.keys.sealAlgorithm,
    providers: [...providers.values()],
    provider,
    async ephemeral() {
      const { privateKey } = await newKeyPair("ec", { namedCurve: "P-256" });
      return softwareKey("ephemeral", "ecdsa-p256-sha256", privateKey);
    },
    close() {
      for (const provider of providers.values()) provider.close?.();
    },
  };
}
