import { afterAll, describe, expect, test } from "vitest";
import { refusalOf, type TestProduct, testProduct } from "#db/testing.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import { pem, testKey } from "#lib/pki/core/testing.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { watchPlaces } from "#worker/schedule.ts";
import { endingKeys } from "../keys/list-keys.ts";
import { openSeal } from "../seal-key.ts";
import { dropSeal } from "../seals/drop-seal.ts";
import { importSeal } from "../seals/import-seal.ts";
import { listSeals } from "../seals/list-seals.ts";
import { testSeal } from "../seals/test-seal.ts";
import { startTestCa } from "../seals/testing-ca.ts";
import { backUpKeys } from "./back-up-keys.ts";
import { askDrill, setBackupPolicy } from "./drill-backup.ts";
import { getKeyCare } from "./get-key-care.ts";
import { askStandby, retireStandby, setStandbyPolicy } from "./standby.ts";

async function office(product: TestProduct) {
  const organization = await product.newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(product.runtime, { organizationId: organization.id, actor });
  return { organization, owner: await organization.member("owner"), system };
}

const later = (ctx: WorkerContext, days: number): WorkerContext => ({
  ...ctx,
  now: () => new Date(Date.now() + days * 86_400_000),
});
const typesOf = async (ctx: Context, beginning: string) =>
  (await readChain(ctx, null)).entries.map(({ type }) => type).filter((type) => type.startsWith(beginning));

describe("backups", () => {
  const product = testProduct({ runsJobs: true });

  test("keys are set aside by the policy, restored in a drill that signs, and destroyed on record", async () => {
    const { owner, system, organization } = await office(product());
    await openSeal(system);
    await backUpKeys(system);
    expect((await getKeyCare(owner)).backups).toEqual([]);
    const policy = { backupEveryDays: 7, backupKeepDays: 30 };
    await setBackupPolicy(owner, policy);
    const backups = async () => (await getKeyCare(owner)).backups;
    await expect.poll(backups, { timeout: 20_000 }).toMatchObject([{ wrappedKeys: 1, drillPassed: null }]);
    await backUpKeys(later(system, 6));
    await Promise.all([backUpKeys(later(system, 8)), backUpKeys(later(system, 8))]);
    const [second, first] = await backups();
    expect(await backups()).toHaveLength(2);

    const file = await product().admin`select file_key from key_backups where id = ${first!.id}`;
    const key = String(file[0]!.file_key);
    const stored = await product().runtime.files.open(key);
    const text = Buffer.from(stored.read(0, stored.size)).toString();
    stored.close();
    expect(text).not.toContain("PRIVATE KEY");
    // The key itself is lost: the drill has only the backup.
    await product()
      .admin`update sealed_keys set sealed = '\\x00' where id::text in (select key_id from signing_keys)`;
    await askDrill(owner, { backupId: first!.id });
    await expect
      .poll(async () => (await backups())[1], { timeout: 30_000 })
      .toMatchObject({ drillPassed: true, failed: [], drilledBy: "Olivia owner" });

    await product().admin`update key_backups set sha256 = ${"0".repeat(64)} where id = ${second!.id}`;
    await askDrill(owner, { backupId: second!.id });
    await expect
      .poll(async () => (await backups())[0], { timeout: 30_000 })
      .toMatchObject({ drillPassed: false, failed: ["backup"] });

    await setBackupPolicy(owner, { ...policy, backupEveryDays: null });
    await backUpKeys(later(system, 29));
    expect((await backups())[1]!.destroyedAt).toBeNull();
    await backUpKeys(later(system, 31));
    expect((await backups())[1]!.destroyedAt).not.toBeNull();
    expect(await refusalOf(product().runtime.files.open(key))).toBe("files/not-found");
    expect(await refusalOf(askDrill(owner, { backupId: first!.id }))).toBe("signing/backup-not-there");
    expect(await typesOf(owner, "key-backup.destroyed")).toEqual(["key-backup.destroyed"]);
    const counsel = await organization.member("counsel");
    expect(await refusalOf(askDrill(counsel, { backupId: second!.id }))).toBe("authorize/not-allowed");
    expect(await refusalOf(setBackupPolicy(counsel, policy))).toBe("authorize/not-allowed");
    const { owner: stranger } = await office(product());
    expect(await refusalOf(askDrill(stranger, { backupId: second!.id }))).toBe("signing/not-found");
  }, 180_000);
});

const vault = await startVaultDouble();
afterAll(() => vault.close());

describe("a standby key", () => {
  const product = testProduct({
    runsJobs: true,
    settings: async () => ({
      KEY_PROVIDER: "vault",
      VAULT_ADDR: vault.url,
      VAULT_NAMESPACE: vault.namespace,
      VAULT_TOKEN: vault.token,
    }),
  });
  const watchAt = (minutes: number) => {
    const now = () => new Date(Date.now() + minutes * 60_000);
    const fail = (what: string) => (error: unknown) => {
      throw new Error(what, { cause: error });
    };
    return watchPlaces({ ...product().runtime, now }, fail);
  };

  test("takes over when the first place is away, tells once, and steps back", async () => {
    const { owner, system, organization } = await office(product());
    await watchAt(0);
    const seal = async () => (await openSeal(system)).certificate.id;
    const first = await seal();
    expect(await refusalOf(askStandby(owner, { provider: "vault" }))).toBe("signing/standby-same-place");
    expect(await refusalOf(askStandby(owner, { provider: "aws-kms" }))).toBe("signing/standby-place-unknown");
    const counsel = await organization.member("counsel");
    expect(await refusalOf(askStandby(counsel, { provider: "software" }))).toBe("authorize/not-allowed");
    expect((await getKeyCare(owner)).places).toEqual(["software"]);
    await askStandby(owner, { provider: "software" });
    const state = async () => (await getKeyCare(owner)).standby?.state;
    await expect.poll(state, { timeout: 20_000 }).toBe("ready");
    expect((await endingKeys(owner)).filter(({ kind }) => kind === "seal")).toHaveLength(2);
    expect(await refusalOf(askStandby(owner, { provider: "software" }))).toBe(
      "signing/standby-there-already",
    );
    await setStandbyPolicy(owner, { standbyAfterMinutes: 5 });
    expect(await seal()).toBe(first);

    vault.seal(true);
    const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
    await until(owner, envelopeId, ({ waitingFor }) => waitingFor === "keys/unavailable", 30_000);
    await watchAt(1);
    await watchAt(2);
    expect(await typesOf(owner, "key-provider.")).toEqual(["key-provider.lost"]);
    const subjects = async () =>
      ((await readOutbox(owner)) ?? []).map(({ subject }) => subject).filter((one) => /^Your s/.test(one));
    await expect.poll(subjects, { timeout: 20_000 }).toEqual(["Your seal key cannot be reached: Vault"]);
    expect(await state()).toBe("ready");
    await watchAt(7);
    expect(await state()).toBe("standing-in");
    expect(await refusalOf(retireStandby(owner))).toBe("signing/standby-in-use");
    const second = await seal();
    expect(second).not.toBe(first);
    await until(owner, envelopeId, ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null, 90_000);

    vault.seal(false);
    await watchAt(20);
    expect(await state()).toBe("standing-in");
    await watchAt(22);
    expect(await state()).toBe("ready");
    expect(await seal()).toBe(first);
    expect(await typesOf(owner, "standby-key.")).toEqual([
      ...["standby-key.asked", "standby-key.made", "standby-key.allowed"],
      ...["standby-key.stood-in", "standby-key.stood-down"],
    ]);
    expect(await typesOf(owner, "key-provider.")).toEqual(["key-provider.lost", "key-provider.returned"]);
    await expect.poll(async () => (await subjects()).length, { timeout: 20_000 }).toBe(4);
    await retireStandby(owner);
    expect(await refusalOf(retireStandby(owner))).toBe("signing/standby-not-found");
  }, 180_000);

  test("one that was brought with another authority's certificate takes over, and the first comes back", async () => {
    const { owner, system, organization } = await office(product());
    await watchAt(200);
    await product().admin`update key_provider_states set checked_at = now(), refusal = null, since = now()`;
    const seal = async () => (await openSeal(system)).certificate;
    const first = await seal();
    const ca = await startTestCa();
    ca.publishTo(product().runtime);
    const key = testKey("ecdsa-p256-sha256");
    const chain = await ca.certify(key.publicKey, "Harbour Standby");
    const file = keyPem({ key, certificateDer: chain[0]! }) + chain.map((der) => pem(der)).join("");
    await importSeal(owner, { bytes: fromUtf8(file), password: "", chosen: null });
    const [brought] = (await listSeals(owner)).brought;
    const sealId = brought!.id;
    expect((await getKeyCare(owner)).broughtKeys).toEqual([]);
    expect(await refusalOf(askStandby(owner, { sealId }))).toBe("signing/seal-not-tested");
    await testSeal(system, { sealId });
    expect((await getKeyCare(owner)).broughtKeys).toMatchObject([{ sealId, provider: "software" }]);
    const stranger = (await office(product())).owner;
    expect(await refusalOf(askStandby(stranger, { sealId }))).toBe("signing/seal-not-found");
    expect(await refusalOf(askStandby(await organization.member("counsel"), { sealId }))).toBe(
      "authorize/not-allowed",
    );

    await askStandby(owner, { sealId });
    const care = () => getKeyCare(owner);
    expect((await care()).standby).toMatchObject({ state: "ready", isHeld: false, provider: "software" });
    expect((await care()).standby!.issuedBy).not.toBeNull();
    expect(await refusalOf(dropSeal(owner, { sealId }))).toBe("signing/standby-in-use");
    expect((await seal()).id).toBe(first.id);
    await setStandbyPolicy(owner, { standbyAfterMinutes: 1 });
    vault.seal(true);
    await watchAt(210);
    expect((await care()).lost).toMatchObject({ provider: "vault" });
    const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
    await until(owner, envelopeId, ({ waitingFor }) => waitingFor === "keys/unavailable", 30_000);
    await watchAt(212);
    expect((await care()).standby!.state).toBe("standing-in");
    const second = await seal();
    expect(toHex(sha256(second.der))).toBe(toHex(sha256(chain[0]!)));
    expect((await listSeals(owner)).brought.find(({ id }) => id === sealId)!.state).toBe("active");
    await until(owner, envelopeId, ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null, 90_000);
    await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
    await until(owner, envelopeId, ({ state }) => state === "completed", 90_000);
    const [sealedWith] = await product().admin`select certificate_id from signing_steps
      where envelope_id = ${envelopeId} and kind = 'sealed'`;
    expect(sealedWith!.certificate_id).toBe(second.id);

    vault.seal(false);
    await watchAt(220);
    await watchAt(222);
    expect((await care()).standby!.state).toBe("ready");
    expect((await care()).lost).toBeNull();
    expect((await seal()).id).toBe(first.id);
    expect((await listSeals(owner)).brought.find(({ id }) => id === sealId)!.state).toBe("replaced");
    expect(await typesOf(owner, "standby-key.")).toEqual([
      ...["standby-key.chosen", "standby-key.allowed", "standby-key.stood-in", "standby-key.stood-down"],
    ]);
    await retireStandby(owner);
    await dropSeal(owner, { sealId });
  }, 180_000);

  test("stays where it is when the policy does not allow it", async () => {
    const { owner, system } = await office(product());
    await watchAt(60);
    const first = (await openSeal(system)).certificate.id;
    await watchAt(60);
    await product().admin`update key_provider_states set checked_at = now(), refusal = null, since = now()`;
    await askStandby(owner, { provider: "software" });
    const state = async () => (await getKeyCare(owner)).standby?.state;
    await expect.poll(state, { timeout: 20_000 }).toBe("ready");
    vault.seal(true);
    await watchAt(90);
    await watchAt(120);
    expect(await state()).toBe("ready");
    vault.seal(false);
    await watchAt(150);
    expect((await openSeal(system)).certificate.id).toBe(first);
  }, 180_000);
});
