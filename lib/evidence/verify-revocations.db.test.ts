import { beforeAll, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { createContext } from "#lib/context.ts";
import { issueSealCertificate } from "#lib/pki/issue-certificate.ts";
import { revokeCertificate } from "#lib/pki/revoke-certificate.ts";
import { verifyLog } from "./verify-log.ts";

const product = testProduct({ runsJobs: true });
let serial: string;
let unrevoked: string;

beforeAll(async () => {
  const organization = await product().newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const worker = createContext(product().runtime, { organizationId: organization.id, actor });
  const { publicKey } = await product().runtime.keys.ephemeral();
  const request = { organizationName: "Harbour", publicKey };
  const [{ id: certificateId }, { id: other }] = [
    await issueSealCertificate(worker, request),
    await issueSealCertificate(worker, request),
  ];
  const lost = { reason: "keyCompromise", invalidSince: new Date(Date.now() - 60_000) } as const;
  await revokeCertificate(await organization.member("owner"), { target: { certificateId }, ...lost });
  const serialOf = async (id: string) =>
    (await product().admin`select serial from certificates where id = ${id}`)[0]!.serial as string;
  [serial, unrevoked] = [await serialOf(certificateId), await serialOf(other)];
});

const findings = async () => {
  const rules = { held: [], anchors: null, acceptsForeignStamps: false };
  const { findings } = await verifyLog(product().runtime, rules);
  return findings.map(({ fault, table, column }) => `${fault} ${table}.${column}`);
};

test("the product itself cannot take a revocation back, nor make a serial number another certificate's", async () => {
  const { db } = product().runtime.database;
  for (const change of ["revoked_at = null", "revocation_reason = 'superseded'", "invalid_since = now()"])
    await expect(
      db.execute(`update issued_serials set ${change} where serial = '${serial}'`),
      change,
    ).rejects.toMatchObject({ cause: { code: "42501" } });
  for (const change of ["certificate_sha256 = 'other'", "serial = 'aa'", "partition = 7"])
    await expect(
      db.execute(`update issued_serials set ${change} where serial = '${unrevoked}'`),
      change,
    ).rejects.toMatchObject({ cause: { code: "42501" } });
});

test("what somebody did to a revocation past the product is found", async () => {
  const { admin } = product();
  expect(await findings()).toEqual([]);
  const tamper = async (change: string, of = serial) => {
    await admin.unsafe("create table kept_serials as table issued_serials");
    await admin.unsafe(`${change} where serial = '${of}'`);
    const found = await findings();
    await admin.unsafe("delete from issued_serials");
    await admin.unsafe("insert into issued_serials select * from kept_serials");
    await admin.unsafe("drop table kept_serials");
    return found;
  };
  const update = (what: string) => `update issued_serials set ${what}`;
  const GONE = ["deleted issued_serials.revoked_at"];
  expect(await tamper(update("revoked_at = null"))).toEqual(GONE);
  expect(await tamper("delete from issued_serials")).toEqual(GONE);
  expect(await tamper(update("revoked_at = revoked_at + interval '1 second'"))).toEqual([
    "altered issued_serials.revoked_at",
  ]);
  expect(await tamper(update("revocation_reason = 'superseded'"))).toEqual([
    "altered issued_serials.revocation_reason",
  ]);
  for (const since of ["null", "now()"])
    expect(await tamper(update(`invalid_since = ${since}`))).toEqual([
      "altered issued_serials.invalid_since",
    ]);
  expect(await tamper(update("revoked_at = now()"), unrevoked)).toEqual([
    "inserted issued_serials.revoked_at",
  ]);
  expect(await findings()).toEqual([]);
});
