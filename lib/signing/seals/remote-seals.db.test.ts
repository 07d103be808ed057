import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startCscDouble } from "#lib/adapters/testing/csc-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { activateSeal } from "./activate-seal.ts";
import { askRemoteCredentials } from "./ask-remote-credentials.ts";
import { chooseRemoteCredential } from "./choose-remote-credential.ts";
import { dropSeal } from "./drop-seal.ts";
import { getRemoteCredentials } from "./get-remote-credentials.ts";
import { listSeals } from "./list-seals.ts";
import { startTestCa, type TestCa } from "./testing-ca.ts";

const service = await startCscDouble();
afterAll(() => service.close());
const product = testProduct({
  runsJobs: true,
  settings: async () => ({
    CSC_URL: `${service.url}/csc/v2`,
    CSC_CLIENT_ID: service.client.clientId,
    CSC_CLIENT_SECRET: service.client.clientSecret,
  }),
});
let ca: TestCa;
let owner: Context;
beforeAll(async () => {
  ca = await startTestCa();
  ca.publishTo(product().runtime);
  const organization = await product().newOrganization();
  owner = await organization.member("owner");
});

async function waitFor<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain: ${JSON.stringify((await listSeals(owner)).brought)}`);
}

async function listed(ctx = owner) {
  await askRemoteCredentials(ctx);
  return waitFor(async () => {
    const listing = (await getRemoteCredentials(ctx))?.listing;
    return listing?.answeredAt ? listing : null;
  });
}
const tested = (sealId?: string) =>
  waitFor(async () =>
    (await listSeals(owner)).brought.find(({ id, checks }) => (sealId ?? id) === id && checks !== null),
  );
const failed = ({ checks }: Awaited<ReturnType<typeof tested>>) => checks!.filter(({ isGood }) => !isGood);
/** Without the reports of test signings, which are sealed in their own time. */
const types = async (ctx: Context) =>
  (await readChain(ctx, null)).entries.map(({ type }) => type).filter((type) => type !== "key-record.sealed");

test("a credential is listed, chosen with its PIN, tested, and becomes the seal", async () => {
  const pin = "4711";
  const certify = (publicKey: Uint8Array) => ca.certify(publicKey);
  const id = await service.addCredential("rsa-3072-sha256", { pin, certify });
  const { credentials, host } = await listed();
  expect(host).toBe(new URL(service.url).host);
  expect(credentials).toMatchObject([
    {
      ...{ id, name: "Harbour Street Studio, seal", issuer: "Another CA", asks: ["pin"], hindrance: null },
      ...{ algorithm: "rsa-3072-sha256", findings: [{ code: "root-not-trusted" }] },
    },
  ]);
  const choose = (told: object) => chooseRemoteCredential(owner, { credentialId: id, ...told });
  expect(await refusalOf(choose({}))).toBe("signing/remote-secret-missing");
  expect(await choose({ pin })).toMatchObject({ isUsable: true });
  const seal = await tested();
  expect(failed(seal)).toEqual([]);
  expect(seal).toMatchObject({ state: "tested", origin: "remote", provider: "csc" });
  await activateSeal(owner, { sealId: seal.id });
  expect((await listSeals(owner)).current).toMatchObject({ provider: "csc", isBrought: true });
  expect((await types(owner)).filter((type) => /remote|seal/.test(type))).toEqual([
    ...["remote-credentials.asked", "remote-credentials.listed", "seal-credential.chosen"],
    ...["seal.tested", "seal.activated"],
  ]);
  const [kept] = await product().admin`
    select string_agg(body::text, '') as bodies from audit_events where organization_id = ${owner.organizationId}`;
  // Ids and hashes hold any four digits sooner or later.
  expect((kept!.bodies as string).replaceAll(/[0-9a-f-]{32,}/g, "")).not.toContain(pin);
}, 180_000);

test("a wrong PIN is a finding of the test, told once, and forgotten with the credential", async () => {
  const certify = (publicKey: Uint8Array) => ca.certify(publicKey, "Second seal");
  const credentialId = await service.addCredential("ecdsa-p256-sha256", { pin: "right", certify });
  await listed();
  await chooseRemoteCredential(owner, { credentialId, pin: "wrong" });
  const { id } = (await listSeals(owner)).brought[0]!;
  const seal = await tested(id);
  expect(failed(seal)).toMatchObject([{ code: "key", found: expect.stringMatching(/refuses/) }]);
  expect(JSON.stringify(seal)).not.toContain("wrong");
  expect(await refusalOf(activateSeal(owner, { sealId: id }))).toBe("signing/seal-not-tested");
  const secrets = async () =>
    (
      await product().admin`select id from sealed_keys where id::text = any(
    select split_part(key_id, '#', 2) from brought_seals)`
    ).length;
  expect(await secrets()).toBe(2);
  await dropSeal(owner, { sealId: id });
  expect(await secrets()).toBe(1);
}, 180_000);

test("what cannot seal by itself is listed with its reason, and not taken", async () => {
  const certify = (publicKey: Uint8Array) => ca.certify(publicKey);
  const off = await service.addCredential("ecdsa-p256-sha256", { certify, isEnabled: false });
  const asking = await service.addCredential("ecdsa-p256-sha256", { certify, mode: "oauth2code" });
  const alone = await service.addCredential("ecdsa-p256-sha256", {
    certify: async (publicKey) => (await ca.certify(publicKey)).slice(0, 1),
  });
  const { credentials } = await listed();
  const hindrances = Object.fromEntries(credentials.map(({ id, hindrance }) => [id, hindrance]));
  expect(hindrances).toMatchObject({ [off]: "off", [asking]: "person", [alone]: "certificate" });
  for (const credentialId of [off, asking, alone])
    expect(await refusalOf(chooseRemoteCredential(owner, { credentialId }))).toBe(
      "signing/remote-not-usable",
    );
  expect(await refusalOf(chooseRemoteCredential(owner, { credentialId: "GX0" }))).toBe(
    "signing/remote-not-listed",
  );
});

test("a service that is away, or does not know us, is said so", async () => {
  service.fail({ status: 503 }, 3, "credentials/list");
  expect((await listed()).refusal).toBe("keys/unavailable");
  service.endTokens();
  service.fail({ status: 401, body: { error: "invalid_client" } }, 1, "/oauth2/token");
  expect((await listed()).refusal).toBe("keys/not-permitted");
  expect((await listed()).refusal).toBeNull();
});

test("another organization does not see the credentials unless the settings say so", async () => {
  const other = await (await product().newOrganization()).member("admin");
  expect(await listed(other)).toMatchObject({ refusal: "signing/remote-not-yours", credentials: [] });
  expect(await listed()).toMatchObject({ refusal: "signing/remote-not-yours", credentials: [] });
  const sender = await (await product().newOrganization()).member("sender");
  for (const act of [askRemoteCredentials, getRemoteCredentials])
    expect(await refusalOf(act(sender))).toBe("authorize/not-allowed");
});
