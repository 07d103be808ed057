import { migrateDatabase } from "#db/migrate.ts";
import { ConfigError, readConfig } from "#lib/config.ts";
import { requireMasterKey } from "#lib/runtime.ts";

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
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else
    console.error(
      `The database cannot be prepared: ${error instanceof Error ? error.message || String(error) : error}`,
    );
  process.exit(1);
});
