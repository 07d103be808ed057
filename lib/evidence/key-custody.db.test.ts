import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { concatBytes } from "#lib/bytes.ts";
import { approveKeyExport } from "#lib/signing/key-exports/decide-key-export.ts";
import { getKeyExport } from "#lib/signing/key-exports/get-key-exports.ts";
import { requestKeyExport } from "#lib/signing/key-exports/request-key-export.ts";
import { sealKeyFacts } from "#lib/signing/key-exports/seal-key-facts.ts";
import { takeKeyExport } from "#lib/signing/key-exports/take-key-export.ts";
import { exportOffice, PASSWORD } from "#lib/signing/key-exports/testing-exports.ts";
import { keyBlocks } from "./core/package/key-blocks.ts";
import { packageWords } from "./core/package/package-words.ts";
import { requestPackage } from "./request-package.ts";
import { completed, packageBytes, readyPackage, textIn } from "./testing-package.ts";

const product = testProduct({ runsJobs: true });
const [CUSTODY, KEYS] = ["08-custody/custody-log.pdf", "08-custody/keys.json"];

test("a package says where the organization's key is, and names every export with its custody", async () => {
  const people = await exportOffice(product());
  const { asker, it, legal, owner } = people;
  const envelopeId = await completed(owner);
  await readyPackage(owner, envelopeId);
  const before = await packageBytes(owner, envelopeId);
  expect(textIn(before, CUSTODY)).toContain("No request to export this key is recorded.");
  expect(textIn(before, CUSTODY)).toContain("encrypted in the installation’s database");
  expect(JSON.parse(textIn(before, KEYS)).keys).toMatchObject([{ provider: "software", exports: [] }]);

  const exportId = await requestKeyExport(asker, people.request);
  await approveKeyExport(it, { exportId, side: "it", password: PASSWORD });
  await approveKeyExport(legal, { exportId, side: "legal", password: PASSWORD });
  const stateOf = async () => (await getKeyExport(owner, { exportId })).state;
  await expect.poll(stateOf, { timeout: 20_000 }).toBe("ready");
  const { bytes, sha256 } = await takeKeyExport(asker, { exportId, password: PASSWORD });
  concatBytes(await Array.fromAsync(bytes));

  const id = await requestPackage(owner, { envelopeId, reason: "motion" });
  await readyPackage(owner, envelopeId, id);
  const after = await packageBytes(owner, envelopeId, id);
  const told = textIn(after, CUSTODY);
  expect(told).not.toContain("No request to export");
  expect(told).toContain("1 request to export this key is recorded");
  expect(told).toContain("HSM of the new data center");
  expect(told).toContain("its receipt is not recorded");
  expect(JSON.parse(textIn(after, KEYS)).keys[0].exports).toMatchObject([
    {
      ...{ id: exportId, sha256, custodyBrokenAt: null },
      custody: expect.arrayContaining([
        expect.objectContaining({ action: "transfer", hash: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      ]),
    },
  ]);

  const later = await completed(owner);
  await readyPackage(owner, later);
  const trail = textIn(await packageBytes(owner, later), "02-audit/audit-trail.pdf");
  expect(trail).toContain("A file with the key was made on");
  expect(trail.replaceAll(" ", "")).toContain(exportId);

  const order = { variant: "redacted", reason: "production" } as const;
  const masked = await requestPackage(owner, { envelopeId, ...order });
  await readyPackage(owner, envelopeId, masked);
  const shown = await packageBytes(owner, envelopeId, masked);
  for (const name of [CUSTODY, KEYS]) {
    expect(textIn(shown, name)).not.toMatch(/HSM of the new data center|MSA 2026-114/);
    expect(textIn(shown, name)).toContain(exportId.slice(0, 8));
  }
}, 180_000);

test("of a key elsewhere, brought, or on no record it says no more than is known", async () => {
  const { system, owner } = await exportOffice(product());
  const { admin } = product();
  const envelopeId = await completed(owner);
  const own = await admin`
    select c.id, c.der from certificates c
    join signing_keys k on k.certificate_id = c.id where c.organization_id = ${system.organizationId}`;
  const certificateId = own[0]!.id;
  const certificates = [{ kind: "seal" as const, recipientId: null, der: new Uint8Array(own[0]!.der) }];
  const told = async (certificateIds: readonly (typeof certificateId)[]) => {
    const at = new Date(Date.now() + 1000);
    const order = { askedAt: at } as Parameters<typeof keyBlocks>[0]["order"];
    const sealKeys = await sealKeyFacts(system, { certificateIds, at });
    return JSON.stringify(keyBlocks({ trail: { sealKeys }, certificates, order }, packageWords()));
  };
  expect(await told([certificateId])).toContain("The product had this key made");
  await admin`update signing_keys set provider = 'aws-kms' where certificate_id = ${certificateId}`;
  const elsewhere = await told([certificateId]);
  expect(elsewhere).toContain("in AWS KMS");
  expect(elsewhere).toContain("whether there are copies of it there, is not known here");
  expect(elsewhere).not.toContain("database");

  await admin`insert into brought_seals
    (organization_id, id, origin, state, subject, algorithm, provider, key_id, created_at, changed_at)
    select organization_id, gen_random_uuid(), 'import', 'dropped', '[]', algorithm, provider, key_id, now(), now()
    from signing_keys where certificate_id = ${certificateId}`;
  expect(await told([certificateId])).toContain("Whether others have copies of it is not known.");
  await admin`delete from signing_keys where certificate_id = ${certificateId}`;
  const unknown = await told([certificateId]);
  expect(unknown).toContain("is not on record");
  expect(unknown).not.toContain("No request to export");
  expect(envelopeId).toBeDefined();
}, 120_000);
