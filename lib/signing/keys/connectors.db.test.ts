import { afterAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { createContext } from "#lib/context.ts";
import { checkKeyProviders } from "#lib/pki/key-providers/check-key-providers.ts";
import { openSeal } from "../seal-key.ts";
import { askConnectorCheck, checkConnector, listConnectors } from "./connectors.ts";

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

test("an administrator sees each place for keys, what is set and what is there, and has it tested", async () => {
  const { runtime, newOrganization } = product();
  const founder = await newOrganization();
  const owner = await founder.member("owner");
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: founder.id, actor });
  expect(await listConnectors(owner)).toEqual([]);
  await checkKeyProviders(runtime);
  const seal = await openSeal(system);

  const [software, inVault] = await listConnectors(owner);
  expect(software).toMatchObject({ name: "software", isExportable: true, makesSeals: false, keys: [] });
  expect(inVault).toMatchObject({
    ...{ name: "vault", isReachable: true, isExportable: false, makesSeals: true, refusal: null },
    keys: [{ keyId: seal.key.id, isActive: true, isStandby: false, isBlocked: false }],
  });
  expect(inVault!.settings).toContainEqual({ variable: "VAULT_ADDR", value: vault.url });
  expect(inVault!.settings).toContainEqual({ variable: "VAULT_TOKEN", value: null });
  expect(JSON.stringify(await product().admin`select * from key_provider_states`)).not.toContain(vault.token);
  expect(inVault!.tookMs).toBeGreaterThanOrEqual(0);

  vault.seal(true);
  await askConnectorCheck(owner, { provider: "vault" });
  await checkConnector(system, { provider: "vault" });
  expect((await listConnectors(owner))[1]).toMatchObject({ isReachable: false, refusal: "keys/unavailable" });
  const told = (await readChain(owner, null)).entries.findLast(({ type }) => type === "key-provider.checked");
  expect(told!.data).toMatchObject({ provider: "vault", refusal: "keys/unavailable" });
  vault.seal(false);
  await checkConnector(system, { provider: "vault" });
  expect((await listConnectors(owner))[1]).toMatchObject({ isReachable: true, refusal: null });

  expect(await refusalOf(askConnectorCheck(owner, { provider: "attic" }))).toBe("signing/place-unknown");
  expect(await refusalOf(listConnectors(await founder.member("counsel")))).toBe("authorize/not-allowed");
  // How the installation is set up is for who set it up.
  const other = await (await newOrganization()).member("owner");
  expect((await listConnectors(other))[1]).toMatchObject({ name: "vault", settings: null, keys: [] });
});
