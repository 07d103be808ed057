import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import type { Context } from "#lib/context.ts";
import { completed, readyPackage } from "#lib/evidence/testing-package.ts";
import type { BackupPlace } from "#lib/ports/backup.ts";
import { openBackups } from "#lib/runtime.ts";
import { drillRestore, keepBackups, makeBackup } from "./keep-backups.ts";
import { listBackups } from "./list-backups.ts";

const product = testProduct({ runsJobs: true });
const folder = mkdtempSync(path.join(tmpdir(), "whereof-backup-"));
let owner: Context;
let place: BackupPlace;
const DAY_MS = 86_400_000;
let aheadMs = 0;

beforeAll(async () => {
  const { runtime, newOrganization } = product();
  const organization = await newOrganization();
  owner = await organization.member("owner");
  await readyPackage(owner, await completed(owner));
  await signCheckpoint(runtime);
  place = (await openBackups({ ...runtime.config, backupDir: folder }, runtime))!;
  Object.assign(runtime, { backups: place, now: () => new Date(Date.now() + aheadMs) });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = async (type: string) =>
  (await readChain(owner, null)).entries.filter((entry) => entry.type === type).map(({ data }) => data);
const objects = () =>
  readdirSync(path.join(folder, "objects"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".enc"),
  );

test("every row and file is copied once a day, put back on trial, and verified as the product's own log is", async () => {
  const { runtime, admin } = product();
  await keepBackups(runtime);
  const { lastBackup, lastDrill } = await listBackups(owner);
  expect(lastBackup).toMatchObject({ refusal: null });
  expect(lastBackup!.facts.rows).toBeGreaterThan(100);
  expect(lastBackup!.facts.files).toBe(objects().length);
  expect(lastDrill).toMatchObject({
    refusal: null,
    name: lastBackup!.name,
    facts: { differing: 0, findings: [] },
  });
  expect(lastDrill!.facts.rows).toBe(lastBackup!.facts.rows);
  expect(lastDrill!.facts.events).toBeGreaterThan(20);
  // The document as uploaded and as signed, the audit trail, the package.
  expect(lastDrill!.facts.compared).toBeGreaterThanOrEqual(4);
  const [made] = await events("backup.made");
  expect(made).toMatchObject({ name: lastBackup!.name, sha256: lastBackup!.facts.sha256 });
  expect(await events("restore.drilled")).toMatchObject([{ name: lastBackup!.name, differing: 0 }]);
  expect(await admin`select from pg_namespace where nspname like 'restore_drill_%'`).toHaveLength(0);
  // Encrypted where it lies: nobody's name can be read in it.
  for (const name of readdirSync(path.join(folder, "rows")))
    expect(existsSync(path.join(folder, "rows", name))).toBe(true);

  await keepBackups(runtime);
  expect(await events("backup.made")).toHaveLength(1);
  aheadMs = DAY_MS + 60_000;
  await keepBackups(runtime);
  const again = await events("backup.made");
  expect(again).toHaveLength(2);
  expect(Number(again[1]!.filesAdded)).toBeLessThan(Number(again[0]!.files));
  expect(await events("restore.drilled")).toHaveLength(1);
}, 120_000);

test("a copy that is not what was written is found by the drill, told by mail and on record", async () => {
  const { runtime, admin } = product();
  const [row] = await admin`select file_key from artifacts where organization_id = ${owner.organizationId}`;
  const file = path.join(folder, "objects", String(row!.file_key));
  writeFileSync(file, "not what was written");
  await drillRestore(runtime, place);
  expect(await events("restore.failed")).toMatchObject([{ refusal: "backup/does-not-hold", differing: 1 }]);
  await expect
    .poll(() => admin`select from outbox_mails where subject like '%did not come back whole%'`, {
      timeout: 30_000,
    })
    .not.toHaveLength(0);
  rmSync(file);
  const { name } = (await listBackups(owner)).lastBackup!;
  const rows = path.join(folder, "rows", `${name}.jsonl.enc`);
  writeFileSync(rows, "not what was written");
  await drillRestore(runtime, place);
  expect((await events("restore.failed"))[1]).toMatchObject({ refusal: "files/damaged" });
}, 120_000);

test("a row that was changed in the database before it was copied does not verify when it is back", async () => {
  const { runtime, admin } = product();
  aheadMs += DAY_MS;
  await makeBackup(runtime, place);
  await admin`alter table audit_events disable trigger user`;
  const [event] =
    await admin`select id, body from audit_events where organization_id = ${owner.organizationId}
    and type = 'envelope.sent' limit 1`;
  await admin`update audit_events set body = replace(body, 'envelope.sent', 'envelope.seen') where id = ${event!.id}`;
  aheadMs += DAY_MS;
  await makeBackup(runtime, place);
  await admin`update audit_events set body = ${event!.body} where id = ${event!.id}`;
  await admin`alter table audit_events enable trigger user`;
  await drillRestore(runtime, place);
  const failed = (await events("restore.failed")).at(-1)!;
  expect(failed.refusal).toBe("backup/does-not-hold");
  expect(Number(failed.findings)).toBeGreaterThan(0);
}, 120_000);

test("a place that is away is told of, and only who may see the log sees backups", async () => {
  const { runtime } = product();
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, "a file, no folder");
  await makeBackup(runtime, place);
  expect((await events("backup.failed")).length).toBeGreaterThan(0);
  expect((await listBackups(owner)).lastBackup!.refusal).not.toBeNull();
  const sender = { ...owner, actor: { ...owner.actor, role: "sender" } } as Context;
  expect(await refusalOf(listBackups(sender))).toBe("authorize/not-allowed");
}, 60_000);
