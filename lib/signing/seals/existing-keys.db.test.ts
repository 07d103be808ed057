import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { noTokenBecause, type SoftHsm, softHsm } from "#lib/adapters/testing/soft-hsm.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { parseCertificationRequest } from "#lib/pki/core/certificates/certification-request.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { testKey } from "#lib/pki/core/testing.ts";
import { watchPlaces } from "#worker/schedule.ts";
import { openSeal } from "../seal-key.ts";
import { activateSeal } from "./activate-seal.ts";
import { answerSealRequest } from "./answer-seal-request.ts";
import { askExistingKeys, chooseExistingKey, getExistingKeys } from "./existing-keys.ts";
import { importSeal } from "./import-seal.ts";
import { listSeals } from "./list-seals.ts";
import { sealRequestFile } from "./seal-request-file.ts";
import { startTestCa, type TestCa } from "./testing-ca.ts";

const hsm = noTokenBecause ? (null as unknown as SoftHsm) : softHsm();
const vault = await startVaultDouble();
afterAll(async () => {
  hsm?.close();
  await vault.close();
});
const product = testProduct({
  runsJobs: true,
  settings: async () => ({
    ...{ VAULT_ADDR: vault.url, VAULT_NAMESPACE: vault.namespace, VAULT_TOKEN: vault.token },
    ...(hsm && {
      ...hsm.environment,
      ...{ PKCS11_MODULE: hsm.module, PKCS11_TOKEN: hsm.label, PKCS11_PIN: hsm.pin },
    }),
  }),
});
const NAMES = { organization: "Harbour Street Studio", commonName: "Harbour Street Studio, seal" };
let ca: TestCa;

beforeAll(async () => {
  ca = await startTestCa();
  ca.publishTo(product().runtime);
  await watchPlaces(product().runtime, (what) => (error) => {
    throw new Error(what, { cause: error });
  });
});

async function office() {
  const organization = await product().newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(product().runtime, { organizationId: organization.id, actor });
  const allowed = [publicId("organization", organization.id)];
  Object.assign(product().runtime.config.keys, { existingKeysOrganizations: allowed });
  return { organization, admin: await organization.member("admin"), system };
}

async function found(ctx: Context, provider: "pkcs11" | "vault", name: string | null) {
  await askExistingKeys(ctx, { provider, name });
  const lookup = async () => (await getExistingKeys(ctx)).lookup!;
  await expect.poll(async () => (await lookup()).isAnswered, { timeout: 20_000 }).toBe(true);
  return lookup();
}

/** From a chosen key to the seal: request, certificate, test signing, use. */
async function sealsWith(ctx: Context, sealId: string) {
  const seal = async () => (await listSeals(ctx)).brought.find(({ id }) => id === sealId)!;
  await expect.poll(async () => (await seal()).state, { timeout: 20_000 }).toBe("key-made");
  const { bytes } = await sealRequestFile(ctx, { sealId });
  const der = Buffer.from(
    Buffer.from(bytes)
      .toString()
      .replace(/-----.*-----|\s/g, ""),
    "base64",
  );
  const chain = await ca.certify(parseCertificationRequest(new Uint8Array(der)).publicKey);
  const answer = concatBytes(chain.map((one) => fromUtf8(toPem(one))));
  expect((await answerSealRequest(ctx, { sealId, bytes: answer })).isUsable).toBe(true);
  expect(await refusalOf(activateSeal(ctx, { sealId }))).toBe("signing/seal-not-tested");
  await expect.poll(async () => (await seal()).state, { timeout: 30_000 }).toBe("tested");
  await activateSeal(ctx, { sealId });
}

describe.skipIf(noTokenBecause)("a token", () => {
  test("is looked through, says of each key whether it can leave, and one that cannot becomes the seal", async () => {
    const { admin, system, organization } = await office();
    const make = (label: string, more: string[] = []) =>
      hsm.tool(["--keypairgen", "--key-type", "EC:prime256v1", "--label", label, "--id", "0a0b", ...more]);
    make("made in a ceremony", ["--sensitive"]);
    hsm.tool(["--keypairgen", "--key-type", "rsa:2048", "--label", "loose", "--id", "0c", "--extractable"]);
    hsm.tool(["--keypairgen", "--key-type", "EC:secp521r1", "--label", "odd curve", "--id", "0d"]);
    const { keys, refusal } = await found(admin, "pkcs11", null);
    expect(refusal).toBeNull();
    const shown = new Map(keys.map((key) => [key.label, key]));
    const good = shown.get("made in a ceremony")!;
    expect(good).toMatchObject({
      ...{ isExtractable: false, isSensitive: true, mayNeverHaveLeft: true, hindrance: null },
      ...{ algorithms: ["ecdsa-p256-sha256"], place: `${hsm.label} (${hsm.serial})` },
    });
    expect(shown.get("loose")).toMatchObject({ isExtractable: true, hindrance: "can-leave" });
    expect(shown.get("odd curve")).toMatchObject({ hindrance: "kind" });

    const choice = { ...NAMES, keyId: good.id, algorithm: "ecdsa-p256-sha256" } as const;
    const loose = { ...choice, keyId: shown.get("loose")!.id, algorithm: "rsa-2048-sha256" } as const;
    expect(await refusalOf(chooseExistingKey(admin, loose))).toBe("signing/seal-key-unfit");
    const unheard = { ...choice, keyId: "pkcs11:object=unheard" };
    expect(await refusalOf(chooseExistingKey(admin, unheard))).toBe("signing/seal-key-not-listed");
    const counsel = await organization.member("counsel");
    expect(await refusalOf(chooseExistingKey(counsel, choice))).toBe("authorize/not-allowed");
    const { id } = await chooseExistingKey(admin, choice);
    await sealsWith(admin, id);
    const seal = await openSeal(system);
    expect(seal.key.id).toBe(good.id);
    expect(hsm.tool(["-O", "--type", "privkey", "--label", "made in a ceremony"])).toContain(
      "never extractable",
    );
    const again = (await found(admin, "pkcs11", null)).keys.find(({ id }) => id === good.id);
    expect(again).toMatchObject({ hindrance: "in-use" });
  }, 120_000);
});

describe.skipIf(noTokenBecause)("an imported key", () => {
  test.each(["rsa-3072-sha256", "ecdsa-p384-sha384"] as const)(
    "of %s goes into the token, does not come out again, and is nowhere else of ours",
    async (algorithm) => {
      const { admin, system } = await office();
      const key = testKey(algorithm);
      const chain = await ca.certify(key.publicKey);
      const pem = [
        String(key.keyObject.export({ type: "pkcs8", format: "pem" })),
        ...chain.map((one) => toPem(one)),
      ].join("\n");
      const taken = await importSeal(admin, {
        ...{ bytes: fromUtf8(pem), password: "", chosen: null, place: "pkcs11" },
      });
      expect(taken.isUsable).toBe(true);
      const sealId = taken.sealId!;
      const seal = async () => (await listSeals(admin)).brought.find(({ id }) => id === sealId)!;
      await expect.poll(async () => (await seal()).state, { timeout: 30_000 }).toBe("tested");
      expect(await seal()).toMatchObject({ provider: "pkcs11", origin: "import" });
      const listed = hsm.tool(["-O", "--type", "privkey"]).split(/^Private Key Object/m);
      const own = listed.find((one) => one.includes(`Whereof imported seal ${sealId}`));
      expect(own).toMatch(/Usage:\s+sign\n\s+Access:\s+sensitive\n/);
      const placed = (await readChain(admin, null)).entries.find(({ type }) => type === "seal-key.placed");
      expect(placed!.data).toMatchObject({ provider: "pkcs11", isExtractable: false, isSensitive: true });
      const [left] = await product().admin`select count(*)::int as count from sealed_keys where id::text in
        (select key_id from brought_seals where id = ${sealId})`;
      expect(left!.count).toBe(0);
      await activateSeal(admin, { sealId });
      expect((await openSeal(system)).key.algorithm).toBe(algorithm);
    },
    60_000,
  );
});

describe("a key service", () => {
  test("finds the key somebody names, signs with it, and knows no other", async () => {
    const { admin, system } = await office();
    const made = await product().runtime.keys.provider("vault").create("rsa-3072-sha256", "ceremony");
    const [, name] = /\/(.+):v1$/.exec(made.id)!;
    const { keys } = await found(admin, "vault", name!);
    expect(keys).toMatchObject([
      { id: made.id, algorithms: ["rsa-3072-sha256", "rsa-pss-3072-sha256"], hindrance: null },
    ]);
    const { id } = await chooseExistingKey(admin, {
      ...{ ...NAMES, keyId: made.id, algorithm: "rsa-pss-3072-sha256" },
    });
    await sealsWith(admin, id);
    expect((await openSeal(system)).key).toMatchObject({ id: made.id, algorithm: "rsa-pss-3072-sha256" });
    expect(await found(admin, "vault", "no-such-key")).toMatchObject({ refusal: "keys/not-found", keys: [] });
  }, 60_000);

  test("is closed to workspaces that share the installation, unless the settings name them", async () => {
    const { admin } = await office();
    const { admin: other } = await office();
    expect(await found(admin, "vault", "any")).toMatchObject({ refusal: "signing/seal-keys-not-yours" });
    expect((await getExistingKeys(other)).lookup).toBeNull();
  });
});
