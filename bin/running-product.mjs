// The settings of the product on this machine, for commands that go to work on it.
import fs from "node:fs";
import path from "node:path";

/**
 * What the environment says, completed with the embedded database's address when that one runs.
 *
 * @param {Readonly<Record<string, string | undefined>>} given
 * @returns {Record<string, string | undefined>}
 */
export function settingsOfRunning(given = process.env) {
  const dataDir = path.resolve(given.DATA_DIR || ".data");
  const read = (name) => fs.readFileSync(path.join(dataDir, name), "utf8").trim();
  const settings = { ...given, DATA_DIR: dataDir };
  if (!settings.NEXTAUTH_SECRET && fs.existsSync(path.join(dataDir, "session-secret")))
    settings.NEXTAUTH_SECRET = read("session-secret");
  if (!settings.DATABASE_URL && fs.existsSync(path.join(dataDir, "postgres/postmaster.pid"))) {
    const port = read("postgres/postmaster.pid").split("\n")[3];
    const url = (user, secret) => `postgres://${user}:${secret}@127.0.0.1:${port}/postgres`;
    settings.DATABASE_URL = url("whereof_app", read("postgres-app-password"));
    settings.DATABASE_ADMIN_URL = url("whereof_owner", read("postgres-admin-password"));
  }
  return settings;
}
