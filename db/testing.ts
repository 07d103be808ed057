import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { type Config, readConfig } from "#lib/config.ts";
import { type Context, createContext, type RequestFacts, type Role } from "#lib/context.ts";
import { type AccountId, type MemberId, type OrganizationId, uuidV7 } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { startJobs } from "#worker/jobs.ts";
import { createWorkerRuntime } from "#worker/worker-runtime.ts";
import { inDatabase, TEMPLATE, type TestDatabase } from "./testing-setup.ts";

/** A product of one's own for the tests of one file: real database, real files, real worker. */
export interface TestProduct {
  readonly runtime: WorkerRuntime;
  /** The role that owns the tables: for looking behind the product's back. */
  readonly admin: postgres.Sql;
  readonly folder: string;
  /** As a process of this product would be given them. */
  readonly settings: Readonly<Record<string, string>>;
  /** An organization nobody else uses. */
  newOrganization(): Promise<TestOrganization>;
}

export interface TestOrganization {
  readonly id: OrganizationId;
  /** A context of a fresh member with this role. */
  member(role: Role): Promise<Context>;
}

export const REQUEST: RequestFacts = { ip: "203.0.113.7", userAgent: "a test" };

/** A fresh database with all tables and nothing in them. */
export async function newDatabase(): Promise<TestDatabase> {
  const { adminUrl, appUrl } = inject("database");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  // The server clones one database at a time.
  await admin`select pg_advisory_lock(1)`;
  await admin.unsafe(`create database ${name} template ${TEMPLATE}`);
  await admin.end();
  return { adminUrl: inDatabase(adminUrl, name), appUrl: inDatabase(appUrl, name) };
}

function settingsFor(
  { adminUrl, appUrl }: TestDatabase,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    DATABASE_URL: appUrl,
    DATABASE_ADMIN_URL: adminUrl,
    DATA_DIR: folder,
    NEXTAUTH_SECRET: "only for tests ".padEnd(40, "."),
    LOG_LEVEL: process.env.TEST_LOG ?? "silent",
    ...more,
  };
}

/** Starts a product before the tests of a file and ends it after them. */
export function testProduct(
  options: { settings?: () => Promise<Readonly<Record<string, string>>>; runsJobs?: boolean } = {},
): () => TestProduct {
  let product: TestProduct | null = null;
  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "whereof-product-"));
    const database = await newDatabase();
    const settings = settingsFor(database, folder, await options.settings?.());
    const config: Config = readConfig(settings);
    const runtime = await createWorkerRuntime(config);
    if (options.runsJobs) await startJobs(runtime);
    const admin = postgres(database.adminUrl, { max: 2, onnotice: () => {} });
    product = { runtime, admin, folder, settings, newOrganization: () => newOrganization(runtime, admin) };
  });
  afterAll(async () => {
    await product?.runtime.close();
    await product?.admin.end();
    if (product) rmSync(product.folder, { recursive: true, force: true });
  });
  return () => {
    if (!product) throw new Error("the product starts before the tests");
    return product;
  };
}

/** Jobs that wait or are being done. */
export async function jobsLeft({ admin }: Pick<TestProduct, "admin">): Promise<number> {
  const rows = await admin`select 1 from pgboss.job where state in ('created', 'retry', 'active')`;
  return rows.length;
}

async function newOrganization(runtime: WorkerRuntime, admin: postgres.Sql): Promise<TestOrganization> {
  const newId = () => uuidV7(Date.now(), runtime.random(10));
  const id = newId() as OrganizationId;
  const settings = { paper: "a4", fileNamePattern: "{title} - {kind} - {name}", printsMarginId: true };
  await admin`insert into organizations (organization_id, name, settings, created_at)
    values (${id}, ${`Organization ${id.slice(-6)}`}, ${admin.json(settings)}, now())`;
  const member = async (role: Role): Promise<Context> => {
    const [accountId, memberId] = [newId() as AccountId, newId() as MemberId];
    const [name, email] = [`Olivia ${role}`, `${role}.${accountId.slice(-8)}@example.com`];
    await admin`insert into accounts (id, email, name, created_at) values (${accountId}, ${email}, ${name}, now())`;
    await admin`insert into members (organization_id, id, account_id, role, created_at)
      values (${id}, ${memberId}, ${accountId}, ${role}, now())`;
    const actor = { kind: "member", role, memberId, accountId, name, email } as const;
    return createContext(runtime, { organizationId: id, actor, request: { ...REQUEST, isEncrypted: true } });
  };
  return { id, member };
}

/** A contract of two pages. */
export const contract = (): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL("../e2e/documents/nda.pdf", import.meta.url))));

/** What a promise was refused with; undefined when it was not. */
export async function refusalOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
