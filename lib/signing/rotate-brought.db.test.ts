import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startVaultDouble } from "#lib/adapters/testing/vault-double.ts";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { parseCertificationRequest } from "#lib/pki/core/certificates/certification-request.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { watchPlaces } from "#worker/schedule.ts";
import { getRotation } from "./get-rotation.ts";
import { getKeyCare } from "./key-care/get-key-care.ts";
import { acceptStandbyIssuer, askStandby, retireStandby, setStandbyPolicy } from "./key-care/standby.ts";
import { confirmRotation, startRotation, switchSeal, undoRotation } from "./rotate-seal.ts";
import { openSeal } from "./seal-key.ts";
import { activateSeal } from "./seals/activate-seal.ts";
import { answerSealRequest } from "./seals/answer-seal-request.ts";
import { dropSeal } from "./seals/drop-seal.ts";
import { listSeals } from "./seals/list-seals.ts";
import { sealRequestFile } from "./seals/seal-request-file.ts";
import { startTestCa, type TestCa } from "./seals/testing-ca.ts";

const vault = await startVaultDouble();
afterAll(() => vault.close());
const product = testProduct({
  runsJobs: true,
  settings: async () => ({
    ...{ VAULT_ADDR: vault.url, VAULT_NAMESPACE: vault.namespace, VAULT_TOKEN: vault.token },
  }),
});
const NAMES = { organization: "Harbour Street Studio", commonName: "Harbour Street Studio, seal" };
let ca: TestCa;

const watchAt = (minutes: number) => {
  const now = () => new Date(Date.now() + minutes * 60_000);
  return watchPlaces({ ...product().runtime, now }, (what) => (error) => {
    throw new Error(what, { cause: error });
  });
};

beforeAll(async () => {
  ca = await startTestCa();
  ca.publishTo(product().runtime);
  await watchAt(0);
});

async function office() {
  const organization = await product().newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(product().runtime, { organizationId: organization.id, actor });
  return { organization, owner: await organization.member("owner"), system };
}

const rotationOf = async (ctx: Context, rotationId: string) => (await getRotation(ctx, { rotationId }))!;
const stateIs = (ctx: Context, rotationId: string, state: string) =>
  expect.poll(async () => (await rotationOf(ctx, rotationId)).state, { timeout: 30_000 }).toBe(state);

async function answer(ctx: Context, sealId: string) {
  const seal = async () => (await listSeals(ctx)).brought.find(({ id }) => id === sealId)?.state;
  await expect.poll(seal, { timeout: 20_000 }).toBe("key-made");
  const { bytes } = await sealRequestFile(ctx, { sealId });
  const der = Buffer.from(
    Buffer.from(bytes)
      .toString()
      .replace(/-----.*-----|\s/g, ""),
    "base64",
  );
  const { publicKey } = parseCertificationRequest(new Uint8Array(der));
  const chain = await ca.certify(publicKey);
  return answerSealRequest(ctx, {
    ...{ sealId, bytes: concatBytes(chain.map((one) => fromUtf8(toPem(one)))) },
  });
}

/** Rotated onto the other authority's certificate, by a request answered on the way. */
async function rotatedOutside(ctx: Context) {
  const rotationId = await startRotation(ctx, {
    ...{ source: "request", provider: "vault", algorithm: "rsa-pss-2048-sha256", names: NAMES },
  });
  const sealId = (await rotationOf(ctx, rotationId)).seal!.id;
  expect((await answer(ctx, sealId)).isUsable).toBe(true);
  await stateIs(ctx, rotationId, "ready");
  return { rotationId, sealId };
}

describe("a rotation", () => {
  test("makes its key where and how it was chosen, and the settings do not take it back", async () => {
    const { owner, system } = await office();
    await openSeal(system);
    expect(await refusalOf(startRotation(owner, { provider: "aws-kms" }))).toBe("signing/seal-place-unknown");
    const rotationId = await startRotation(owner, { provider: "vault", algorithm: "ecdsa-p384-sha384" });
    await stateIs(owner, rotationId, "ready");
    await switchSeal(owner, { rotationId });
    const { to, choice } = await rotationOf(owner, rotationId);
    expect(choice).toEqual({ source: "own", provider: "vault", algorithm: "ecdsa-p384-sha384" });
    expect(to).toMatchObject({ provider: "vault", algorithm: "ecdsa-p384-sha384", isBrought: false });
    const seal = await openSeal(system);
    expect([seal.certificate.id, seal.key.algorithm]).toEqual([to!.certificateId, "ecdsa-p384-sha384"]);
  });

  test("waits for another authority's certificate, signs with it after the switch, and goes back", async () => {
    const { owner, system } = await office();
    const first = (await openSeal(system)).certificate.id;
    const { rotationId, sealId } = await rotatedOutside(owner);
    expect(await refusalOf(activateSeal(owner, { sealId }))).toBe("signing/rotation-under-way");
    expect(await refusalOf(dropSeal(owner, { sealId }))).toBe("signing/rotation-under-way");
    expect((await rotationOf(owner, rotationId)).to).toMatchObject({ isBrought: true, issuer: "Another CA" });
    expect((await openSeal(system)).certificate.id).toBe(first);

    await switchSeal(owner, { rotationId });
    const current = async () => (await listSeals(owner)).current;
    expect(await current()).toMatchObject({ isBrought: true, issuer: "Another CA", provider: "vault" });
    expect((await openSeal(system)).key.algorithm).toBe("rsa-pss-2048-sha256");
    await undoRotation(owner, { rotationId });
    expect(await current()).toMatchObject({ isBrought: false });
    expect((await listSeals(owner)).brought).toMatchObject([{ id: sealId, state: "replaced" }]);

    // What was brought before may be rotated to again.
    const again = await startRotation(owner, { source: "brought", sealId });
    await stateIs(owner, again, "ready");
    await expect.poll(async () => (await rotationOf(owner, again)).secured).not.toBeNull();
    await switchSeal(owner, { rotationId: again });
    await confirmRotation(owner, { rotationId: again });
    expect((await listSeals(owner)).brought).toMatchObject([{ id: sealId, state: "active" }]);
  }, 120_000);

  test("never replaces another authority's certificate with ours unless somebody says so", async () => {
    const { owner, system } = await office();
    const { rotationId, sealId } = await rotatedOutside(owner);
    await switchSeal(owner, { rotationId });
    await confirmRotation(owner, { rotationId });
    expect(await refusalOf(startRotation(owner))).toBe("signing/rotation-changes-issuer");
    const own = await startRotation(owner, { acceptsOwnIssuer: true });
    await stateIs(owner, own, "ready");
    await switchSeal(owner, { rotationId: own });
    expect((await listSeals(owner)).current).toMatchObject({ isBrought: false });
    expect(await refusalOf(dropSeal(owner, { sealId }))).toBe("signing/rotation-under-way");
    await undoRotation(owner, { rotationId: own });
    expect((await listSeals(owner)).brought).toMatchObject([{ id: sealId, state: "active" }]);
    expect((await openSeal(system)).organizationName).toBeTruthy();
  }, 120_000);

  test("given up before the certificate came leaves no request behind; strangers and counsel see none", async () => {
    const { owner, organization } = await office();
    const rotationId = await startRotation(owner, { source: "request", names: NAMES });
    await undoRotation(owner, { rotationId });
    expect((await listSeals(owner)).brought).toEqual([]);
    const counsel = await organization.member("counsel");
    expect(await refusalOf(startRotation(counsel, { source: "own" }))).toBe("authorize/not-allowed");
    const { owner: stranger } = await office();
    const sealId = (await rotationOf(owner, rotationId)).choice && rotationId;
    expect(await refusalOf(startRotation(stranger, { source: "brought", sealId }))).toBe(
      "signing/seal-not-found",
    );
  });
});

test.each(KEY_ALGORITHMS)(
  "a key of %s seals a trial document that is validated field by field",
  async (algorithm) => {
    const { owner } = await office();
    const rotationId = await startRotation(owner, { source: "request", names: NAMES, algorithm });
    const sealId = (await rotationOf(owner, rotationId)).seal!.id;
    await answer(owner, sealId);
    await stateIs(owner, rotationId, "ready");
    expect((await rotationOf(owner, rotationId)).seal!.checks!.filter(({ isGood }) => !isGood)).toEqual([]);
  },
  60_000,
);

test("a standby key of ours stands in for another authority's certificate only where that was accepted", async () => {
  const { owner, system } = await office();
  const { rotationId } = await rotatedOutside(owner);
  await switchSeal(owner, { rotationId });
  await confirmRotation(owner, { rotationId });
  const brought = (await openSeal(system)).certificate.id;
  await setStandbyPolicy(owner, { standbyAfterMinutes: 5 });
  expect(await refusalOf(askStandby(owner, { provider: "software" }))).toBe(
    "signing/rotation-changes-issuer",
  );
  await askStandby(owner, { provider: "software", acceptsOwnIssuer: true });
  const standby = async () => (await getKeyCare(owner)).standby;
  await expect.poll(async () => (await standby())?.state, { timeout: 20_000 }).toBe("ready");
  // As if it had been made while a certificate of ours was in use.
  await product()
    .admin`update standby_keys set accepts_own_issuer = false where organization_id = ${owner.organizationId}`;
  expect(await standby()).toMatchObject({ isHeld: true });
  vault.seal(true);
  await watchAt(1);
  await watchAt(10);
  expect((await standby())?.state).toBe("ready");
  await acceptStandbyIssuer(owner);
  await watchAt(20);
  expect((await standby())?.state).toBe("standing-in");
  vault.seal(false);
  await watchAt(30);
  await watchAt(40);
  expect((await standby())?.state).toBe("ready");
  expect((await openSeal(system)).certificate.id).toBe(brought);
  await retireStandby(owner);
}, 120_000);
