import { createPrivateKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { awsKmsKeys } from "#lib/adapters/keys/aws-kms-keys.ts";
import { azureKeys } from "#lib/adapters/keys/azure-keys.ts";
import { cscPersonalSigning } from "#lib/adapters/keys/csc/personal-signing.ts";
import { cscKeys } from "#lib/adapters/keys/csc-keys.ts";
import { googleKmsKeys } from "#lib/adapters/keys/google-kms-keys.ts";
import { algorithmOf } from "#lib/adapters/keys/key-algorithms.ts";
import { pkcs11Keys } from "#lib/adapters/keys/pkcs11-keys.ts";
import { softwareKey, softwareKeys } from "#lib/adapters/keys/software-keys.ts";
import { vaultKeys } from "#lib/adapters/keys/vault-keys.ts";
import { toUtf8 } from "#lib/bytes.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import {
  type KeyProvider,
  keysError,
  type RemoteSecret,
  remoteSecretPurpose,
  type WorkerKeys,
} from "#lib/ports/keys.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { openSecret } from "#lib/ports/sealed-secret.ts";
import { credentialsOf, openMasterKey, type Runtime } from "#lib/runtime.ts";

const newKeyPair = promisify(generateKeyPair);

/** The only place that loads what can sign. */
export async function openKeys(runtime: Runtime): Promise<WorkerKeys> {
  const { config } = runtime;
  const masterKey = await openMasterKey(config);
  const software = softwareKeys({ vault: databaseVault(runtime), masterKey });
  const { kms, pkcs11, vault, google, azure, csc } = config.keys;
  const remote = csc && cscKeys({ ...csc, secretOf: (id) => remoteSecret(runtime, masterKey, id) });
  const foreign = [
    kms && awsKmsKeys({ ...kms, credentials: credentialsOf(kms) }),
    pkcs11 && pkcs11Keys(pkcs11),
    vault && vaultKeys(vault),
    google && googleKmsKeys(google),
    azure && azureKeys(azure),
    remote,
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
    remote,
    personal: cscPersonalSigning(runtime.web),
    given(pkcs8, algorithm) {
      const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), type: "pkcs8", format: "der" });
      return softwareKey("given", algorithmOf(privateKey, algorithm), privateKey);
    },
    async ephemeral() {
      const { privateKey } = await newKeyPair("ec", { namedCurve: "P-256" });
      return softwareKey("ephemeral", "ecdsa-p256-sha256", privateKey);
    },
    close() {
      for (const provider of providers.values()) provider.close?.();
    },
  };
}

async function remoteSecret(
  runtime: Runtime,
  masterKey: MasterKey,
  id: string,
): Promise<RemoteSecret | null> {
  const sealed = await databaseVault(runtime).load(id);
  if (!sealed) return null;
  return JSON.parse(toUtf8(await openSecret(masterKey, remoteSecretPurpose(id), sealed)));
}
