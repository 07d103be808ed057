import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { newDatabase, testProduct } from "#db/testing.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createRuntime } from "./runtime.ts";

const product = testProduct();
const root = path.join(import.meta.dirname, "..");

/** What a start says for whose data folder is as `prepare` leaves it. */
async function startWith(changes: Readonly<Record<string, string>> = {}): Promise<string | null> {
  try {
    const runtime = await createRuntime(readConfig({ ...product().settings, ...changes }), {
      runsJobs: false,
    });
    await runtime.close();
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

const keyFile = () => path.join(product().folder, "master-key");
const aside = () => `${keyFile()}.aside`;

test("a start with the key that was used before goes on", async () => {
  expect(await startWith()).toBeNull();
  await Promise.all(Array.from({ length: 5 }, async () => expect(await startWith()).toBeNull()));
});

test("a start without the key is refused while the database holds anything, and makes no new one", async () => {
  renameSync(keyFile(), aside());
  try {
    expect(await startWith()).toContain(`${keyFile()} is gone`);
    expect(await startWith()).toContain("Put it back from your backup");
    expect(existsSync(keyFile())).toBe(false);
  } finally {
    renameSync(aside(), keyFile());
  }
  expect(await startWith()).toBeNull();
});

test("keys that were sealed before anybody wrote down with what are enough to refuse", async () => {
  const { admin } = product();
  await admin`insert into sealed_keys (id, algorithm, sealed, created_at) values ('old', 'x', '', now())`;
  await admin`delete from settings`;
  renameSync(keyFile(), aside());
  try {
    expect(await startWith()).toContain("is gone");
  } finally {
    renameSync(aside(), keyFile());
    await admin`delete from sealed_keys`;
  }
  expect(await startWith()).toBeNull();
});

test("a start with another's key is refused", async () => {
  const other = mkdtempSync(path.join(product().folder, "other-"));
  const { adminUrl, appUrl } = await newDatabase();
  const elsewhere = { DATA_DIR: other, DATABASE_URL: appUrl, DATABASE_ADMIN_URL: adminUrl };
  expect(await startWith(elsewhere)).toBeNull();
  renameSync(keyFile(), aside());
  copyFileSync(path.join(other, "master-key"), keyFile());
  try {
    expect(await startWith()).toContain("is another master key");
  } finally {
    renameSync(aside(), keyFile());
    rmSync(other, { recursive: true });
  }
});

test("the launcher's check says it in one sentence and ends with 1", () => {
  const env = { PATH: process.env.PATH, NODE_ENV: "production" as const, ...product().settings };
  const check = () =>
    spawnSync(process.execPath, ["bin/check-settings.ts"], { cwd: root, env, encoding: "utf8" });
  expect(check()).toMatchObject({ status: 0, stderr: "" });
  renameSync(keyFile(), aside());
  try {
    const { status, stderr } = check();
    expect(status).toBe(1);
    expect(stderr).toContain("master-key is gone");
    expect(stderr).not.toMatch(/^\s+at /m);
  } finally {
    renameSync(aside(), keyFile());
  }
});
