import { migrateDatabase } from "#db/migrate.ts";
import { type Config, ConfigError, readConfig } from "#lib/config.ts";
import { createContext } from "#lib/context.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { publicId } from "#lib/ids.ts";
import { repeatDestructions } from "#lib/retention/repeat-destructions.ts";
import { createRuntime, requireMasterKey } from "#lib/runtime.ts";

/** Before anything starts: settings without fault, a database that is up to date, and the key that opens its files. */
async function main(): Promise<void> {
  const config = readConfig();
  const { database } = config;
  const given = new URL(database.url);
  await migrateDatabase({
    adminUrl: database.adminUrl,
    appRole: database.role ?? decodeURIComponent(given.username),
    appPassword: database.role ? null : decodeURIComponent(given.password),
  });
  await requireMasterKey(config);
  await repeatEverywhere(config);
}

/** A database from a backup brings destroyed envelopes back: they are destroyed again before anything is served. */
async function repeatEverywhere(config: Config): Promise<void> {
  const runtime = await createRuntime(config, { runsJobs: false });
  try {
    for (const organizationId of await listOrganizations(runtime)) {
      const actor = { kind: "system", job: "start" } as const;
      const { again, kept } = await repeatDestructions(createContext(runtime, { organizationId, actor }));
      if (again.length > 0)
        console.error(
          `The database is older than the files: ${again.length} destroyed envelopes were in it, and are destroyed again.`,
        );
      for (const id of kept)
        console.error(
          `${publicId("envelope", id)} was destroyed once and is in the database again: a hold or a longer class keeps it.`,
        );
    }
  } finally {
    await runtime.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else
    console.error(
      `The database cannot be prepared: ${error instanceof Error ? error.message || String(error) : error}`,
    );
  process.exit(1);
});
