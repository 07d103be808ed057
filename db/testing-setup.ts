import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { startPostgres } from "#bin/postgres.mjs";
import { migrateDatabase } from "./migrate.ts";

/** A server of one's own; each product of a test gets a database cloned from the template. */
export interface TestDatabase {
  readonly adminUrl: string;
  readonly appUrl: string;
}

export const TEMPLATE = "whereof_template";

/** The same server, another database. */
export function inDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

declare module "vitest" {
  export interface ProvidedContext {
    database: TestDatabase;
  }
}

/** A real PostgreSQL for the database tests, gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-db-"));
  const { adminUrl, appUrl, stop } = await startPostgres({ folder, throwAway: true });
  const admin = postgres(adminUrl, { max: 1 });
  await admin.unsafe(`create database ${TEMPLATE}`);
  await admin.end();
  const app = new URL(appUrl);
  const template = inDatabase(adminUrl, TEMPLATE);
  await migrateDatabase({ adminUrl: template, appRole: app.username, appPassword: app.password });
  project.provide("database", { adminUrl, appUrl });
  return async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
