import { afterAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { createContext } from "#lib/context.ts";
import { checkKeyProviders } from "#lib/pki/key-providers/check-key-providers.ts";
import { getRotation } from "../get-rotation.ts";
import { askStandby } from "../key-care/standby.ts";
import { makeReplacement, startRotation, undoRotation } from "../rotate-seal.ts";
import { openSeal } from "../seal-key.ts";
import { importSeal } from "../seals/import-seal.ts";
import { setKeyPolicy } from "./key-policy.ts";
import { listKeys } from "./list-keys.ts";

const vault = await startVaultDouble();
afterAll(() => vault.close());
const product = testProduct({
  settings: async () => ({
    KEY_PROVIDER: "vault",
    VAULT_ADDR: vault.url,
    VAULT_NAMESPACE: vault.namespace,
    VAULT_TOKEN: vault.token,
  }),
});

async function workspace() {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: organization.id, actor });
  return { organization, owner, system };
}

test("keys that can be copied are refused where they are forbidden, those there are and those to come", async () => {
  const { organization, owner, system } = await workspace();
  const { admin } = product();
  await checkKeyProviders(system.runtime);
  expect(await refusalOf(setKeyPolicy(owner, { forbidsExportable: true }))).toBe(
    "signing/key-policy-last-key",
  );
  await openSeal(system);
  expect((await listKeys(owner)).seals).toMatchObject([
    {
      ...{ provider: "vault", isExportable: false, isForbidden: false, state: "in-use" },
      rights: ["rotate", "block"],
    },
  ]);
  expect(
    await refusalOf(setKeyPolicy(await organization.member("counsel"), { forbidsExportable: true })),
  ).toBe("authorize/not-allowed");
  await setKeyPolicy(owner, { forbidsExportable: true });
  expect((await readChain(owner, null)).entries.at(-1)).toMatchObject({
    type: "key-policy.settled",
    data: { forbidsExportable: true },
  });

  const file = { bytes: new Uint8Array([1, 2, 3]), password: "", chosen: null };
  expect(await refusalOf(importSeal(owner, file))).toBe("signing/key-policy-exportable");
  expect(await refusalOf(askStandby(owner, { provider: "software" }))).toBe("signing/key-policy-exportable");
  const rotationId = await startRotation(owner);
  await makeReplacement(system, { rotationId });
  expect(await getRotation(owner, { rotationId })).toMatchObject({
    state: "ready",
    secured: { key: "stays" },
  });
  await undoRotation(owner, { rotationId });

  const owned = organization.id;
  await admin`update signing_keys set provider = 'software' where organization_id = ${owned} and is_active`;
  expect(await refusalOf(openSeal(system))).toBe("signing/key-policy-exportable");
  const [key] = (await listKeys(owner)).seals.filter(({ state }) => state === "in-use");
  expect(key).toMatchObject({ isExportable: true, isForbidden: true });
  expect(key!.rights).toContain("ask-export");
  await setKeyPolicy(owner, { forbidsExportable: false });
  expect((await listKeys(owner)).seals.some(({ isForbidden }) => isForbidden)).toBe(false);
});

test("where new keys would be ones that can be copied, no rotation begins", async () => {
  const { owner, system } = await workspace();
  await openSeal(system);
  await setKeyPolicy(owner, { forbidsExportable: true });
  const { admin } = product();
  await admin`update key_provider_states set makes_seals = (provider = 'software')`;
  expect(await refusalOf(startRotation(owner))).toBe("signing/key-policy-exportable");
  await admin`update key_provider_states set makes_seals = (provider = 'vault')`;
});
