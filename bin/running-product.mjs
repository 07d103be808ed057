// The settings of the product on this machine, for commands that go to work on it.
import fs from "node:fs";
import path from "node:path";
import { runningPostgres } from "./postgres.mjs";

/**
 * What the environment says, completed with the embedded database's address when that one runs.
 *
 * @param {Readonly<Record<string, string | undefined>>} given
 * @returns {Promise<Record<string, string | undefined>>}
 */
export async function settingsOfRunning(given) {
  const folder = path.resolve(given.DATA_DIR || ".data");
  const settings = { ...given, DATA_DIR: folder };
  const secret = path.join(folder, "session-secret");
  if (!settings.NEXTAUTH_SECRET && fs.existsSync(secret))
    settings.NEXTAUTH_SECRET = fs.readFileSync(secret, "utf8").trim();
  const running = settings.DATABASE_URL ? null : await runningPostgres({ folder });
  if (running) {
    settings.DATABASE_URL = running.appUrl;
    settings.DATABASE_ADMIN_URL = running.adminUrl;
  }
  return settings;
}
