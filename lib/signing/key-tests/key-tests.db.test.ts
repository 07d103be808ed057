import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { createContext, type WorkerContext } from "#lib/context.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { timestampsError } from "#lib/ports/timestamps.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import { REQUIRED_FIELDS } from "../core/key-test.ts";
import { getRotation } from "../get-rotation.ts";
import { setBackupPolicy } from "../key-care/drill-backup.ts";
import { makeReplacement, startRotation, switchSeal } from "../rotate-seal.ts";
import { outgoingFile } from "../secure-outgoing.ts";
import { getKeyTest, keyTestFile, listKeyTests } from "./get-tests.ts";

const product = testProduct();

async function sealed() {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  const owner = await organization.member("owner");
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: organization.id, actor });
  return { organization, owner, system, seal: await openSeal(system) };
}

/** The same worker while nobody gives time-stamps. */
const withoutTimestamps = (ctx: WorkerContext): WorkerContext => ({
  ...ctx,
  runtime: {
    ...ctx.runtime,
    timestamps: {
      ...ctx.runtime.timestamps,
      token: async () => {
        throw timestampsError("unavailable", "away for this test");
      },
    },
  },
});

test("the first key signs after a test whose every required field the log has, and the report stays", async () => {
  const { organization, owner, seal, system } = await sealed();
  const [report, ...others] = await listKeyTests(owner);
  expect(others).toEqual([]);
  expect(report).toMatchObject({ occasion: "first", isPassed: true, provider: "software", level: "B-T" });
  expect(report!.certificateSha256).toBe(parseCertificate(seal.certificate.der).sha256);
  expect(report!.fields.map(({ field, isPresent }) => [field, isPresent])).toEqual(
    REQUIRED_FIELDS.map((field) => [field, true]),
  );
  const told = (await readChain(owner, null)).entries.find(({ type }) => type === "seal.tested")!;
  expect(report!.fields.find(({ field }) => field === "hash")!.found).toBe(told.hash);
  expect(told.data).toMatchObject({ document: report!.documentSha256, passed: true, occasion: "first" });
  const file = JSON.parse(new TextDecoder().decode((await keyTestFile(owner, { testId: report!.id })).bytes));
  expect(file).toMatchObject({ format: "whereof-key-test/1", id: report!.id, isPassed: true });

  const { admin } = product();
  await expect(
    admin`update signing_keys set is_tested = false where organization_id = ${organization.id}`,
  ).rejects.toThrow(/signing_keys_tested|foreign key/);
  await expect(
    system.runtime.database.db.transaction(async (transaction) => {
      await transaction.execute(`select set_config('app.organization_id', '${organization.id}', true)`);
      await transaction.execute("update key_tests set is_passed = true");
    }),
  ).rejects.toThrow();
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(getKeyTest(stranger, { testId: report!.id }))).toBe("signing/not-found");
  expect(await refusalOf(listKeyTests(await organization.member("sender")))).toBe("authorize/not-allowed");
});

test("without time-stamps no key is made at all", async () => {
  const { runtime, newOrganization, admin } = product();
  const { id: organizationId } = await newOrganization();
  const system = createContext(runtime, { organizationId, actor: { kind: "system", job: "test" } });
  expect(await refusalOf(openSeal(withoutTimestamps(system)))).toBe("timestamps/unavailable");
  expect(await admin`select 1 from signing_keys where organization_id = ${organizationId}`).toHaveLength(0);
});

test("a rotation sets the outgoing certificate aside first, and its key passes a test of its own", async () => {
  const { owner, system, seal } = await sealed();
  await setBackupPolicy(owner, { backupEveryDays: 7, backupKeepDays: 30 });
  const rotationId = await startRotation(owner);
  expect(await refusalOf(outgoingFile(owner, { rotationId }))).toBe("signing/not-found");
  await makeReplacement(system, { rotationId });
  const rotation = (await getRotation(owner, { rotationId }))!;
  expect(rotation).toMatchObject({ state: "ready", secured: { key: "set-aside", certificates: 3 } });
  const file = await outgoingFile(owner, { rotationId });
  const pem = new Uint8Array(await new Response(file.bytes).arrayBuffer());
  expect(toHex(sha256(pem))).toBe(rotation.secured!.sha256);
  const [own, ...above] = certificatesFromPem(new TextDecoder().decode(pem));
  expect(own).toEqual(seal.certificate.der);
  expect(above).toEqual(seal.certificate.chain);
  const report = await getKeyTest(owner, { testId: rotation.to!.testId });
  expect(report).toMatchObject({ occasion: "rotation", isPassed: true });
  const types = (await readChain(owner, null)).entries.map(({ type }) => type);
  expect(types.indexOf("seal.outgoing-secured")).toBeLessThan(types.lastIndexOf("seal.tested"));
  const [backup] = await product()
    .admin`select id from key_backups where id = ${rotation.secured!.backupId!}`;
  expect(backup).toBeDefined();
  await switchSeal(owner, { rotationId });
  expect((await getRotation(owner, { rotationId }))!.state).toBe("switched");
});

test("a key whose test failed is never put in use, whatever its rotation's row says", async () => {
  const { owner, system } = await sealed();
  const rotationId = await startRotation(owner);
  await makeReplacement(withoutTimestamps(system), { rotationId });
  const rotation = (await getRotation(owner, { rotationId }))!;
  expect(rotation).toMatchObject({ state: "failed", secured: { key: "not-allowed", backupId: null } });
  const report = await getKeyTest(owner, { testId: rotation.to!.testId });
  expect(report.isPassed).toBe(false);
  expect(report.fields.filter(({ isPresent }) => !isPresent).map(({ field }) => field)).toEqual(["provenAt"]);
  const { admin } = product();
  await admin`update seal_rotations set state = 'ready' where id = ${rotationId}`;
  expect(await refusalOf(switchSeal(owner, { rotationId }))).toBe("signing/seal-not-tested");
  await admin`update seal_rotations set secured = null where id = ${rotationId}`;
  expect(await refusalOf(switchSeal(owner, { rotationId }))).toBe("signing/rotation-not-so-far");
});
