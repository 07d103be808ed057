import { afterAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { createContext } from "#lib/context.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { checkKeyProviders } from "./check-key-providers.ts";
import { listKeyProviders } from "./list-key-providers.ts";

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

const startedAt = new Date("2026-11-21T09:00:00Z");
/** The worker, so many seconds later. */
const workerAt = (seconds: number): WorkerRuntime => ({
  ...product().runtime,
  now: () => new Date(startedAt.getTime() + seconds * 1000),
});
const at = (seconds: number) => workerAt(seconds).now();

async function seenAt(seconds: number, role: "owner" | "counsel" | "sender" = "owner") {
  const { organizationId, actor } = await (await product().newOrganization()).member(role);
  return listKeyProviders(createContext(workerAt(seconds), { organizationId, actor }));
}

test("each provider is looked at twice a minute, whoever looks, and a change has its time", async () => {
  expect(await seenAt(0)).toEqual([]);
  await checkKeyProviders(workerAt(0));
  const software = {
    ...{ name: "software", isReachable: true, since: at(0), checkedAt: at(0), refusal: null },
    makesSeals: false,
  };
  const inVault = { ...software, name: "vault", makesSeals: true };
  expect(await seenAt(1)).toEqual([software, inVault]);

  vault.seal(true);
  const before = vault.requests.length;
  await checkKeyProviders(workerAt(20));
  expect(vault.requests.length).toBe(before);
  await Promise.all([checkKeyProviders(workerAt(60)), checkKeyProviders(workerAt(60))]);
  expect(vault.requests.length - before).toBe(3);
  const away = { isReachable: false, refusal: "keys/unavailable", since: at(60) };
  expect(await seenAt(61, "counsel")).toMatchObject([{ isReachable: true, since: at(0) }, away]);
  await checkKeyProviders(workerAt(120));
  expect(await seenAt(121)).toMatchObject([{}, { ...away, checkedAt: at(120) }]);

  vault.seal(false);
  await checkKeyProviders(workerAt(180));
  expect(await seenAt(181)).toMatchObject([
    { since: at(0) },
    { isReachable: true, since: at(180), refusal: null },
  ]);
});

test("without a worker nobody knows, and a provider that is gone is forgotten after a day", async () => {
  const looked = await seenAt(180);
  const last = looked[1]!.checkedAt;
  expect(await seenAt(600)).toMatchObject([{ isReachable: null }, { isReachable: null, since: last }]);
  expect(await seenAt(2 * 86_400)).toEqual([]);
});

test("people of the business see nothing of it", async () => {
  expect(await refusalOf(seenAt(0, "sender"))).toBe("authorize/not-allowed");
});
