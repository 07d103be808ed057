import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "#bin/postgres.mjs";
import { migrateDatabase } from "./migrate.ts";

export interface TestDatabase {
  readonly adminUrl: string;
  readonly appUrl: string;
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
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  project.provide("database", { adminUrl, appUrl });
  return async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
