import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import postgres, { type Sql } from "postgres";
import { QUEUES } from "./queues.ts";
import { applySecurity } from "./security.ts";

export interface MigrationSettings {
  /** Connects as the role that is to own every table. */
  readonly adminUrl: string;
  /** The role the product works as, which owns none. */
  readonly appRole: string;
  /** Given when the role logs in by itself; else the admin's role takes it on after connecting. */
  readonly appPassword: string | null;
}

const folder = new URL("../drizzle", import.meta.url).pathname;
/** Any number of our own: two migrations at the same time wait for each other. */
const LOCK = 7_201_894;

/** Brings the database up to date: tables, queues, rights. Safe at every start and from several processes at once. */
export async function migrateDatabase({ adminUrl, appRole, appPassword }: MigrationSettings): Promise<void> {
  const options = { max: 1, onnotice: () => {}, connect_timeout: 10 };
  const [lock, sql] = [postgres(adminUrl, options), postgres(adminUrl, options)];
  try {
    await lock`select pg_advisory_lock(${LOCK})`;
    await ensureRole(sql, appRole, appPassword);
    await sql`create extension if not exists pg_trgm`;
    await migrate(drizzle(sql), { migrationsFolder: folder });
    await prepareQueues(adminUrl, sql, appRole);
    await applySecurity(sql, appRole);
  } finally {
    await Promise.all([sql.end({ timeout: 5 }), lock.end({ timeout: 5 })]);
  }
}

async function ensureRole(sql: Sql, role: string, password: string | null): Promise<void> {
  const [known] = await sql<{ isTooStrong: boolean; isOwner: boolean }[]>`
    select rolsuper or rolbypassrls as "isTooStrong", rolname = current_user as "isOwner"
    from pg_roles where rolname = ${role}`;
  if (known?.isTooStrong)
    throw new Error(`role ${role} bypasses row-level security; the product must not run as it`);
  if (known?.isOwner)
    throw new Error(`role ${role} would own every table; DATABASE_URL needs a role other than the admin's`);
  const name = `"${role.replaceAll('"', '""')}"`;
  // Utility statements take no parameters; the password is our own or the operator's, never a person's input.
  const secret = password === null ? null : `'${password.replaceAll("'", "''")}'`;
  try {
    if (!known) await sql.unsafe(`create role ${name} ${secret ? `login password ${secret}` : "nologin"}`);
    else if (secret) await sql.unsafe(`alter role ${name} login password ${secret}`).catch(() => {});
    if (!secret && !(await isMember(sql, role))) await sql.unsafe(`grant ${name} to current_user`);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== "42501") throw error;
    const [who] = await sql<{ name: string }[]>`select quote_ident(current_user) as name`;
    const make = `create role ${name} ${secret ? "login password '…'" : "nologin"};`;
    const give = secret ? "" : ` grant ${name} to ${who!.name};`;
    throw new Error(`${who!.name} may not make roles. A database administrator does it once: ${make}${give}`);
  }
}

async function isMember(sql: Sql, role: string): Promise<boolean> {
  const [found] = await sql<{ isMember: boolean }[]>`
    select pg_has_role(current_user, ${role}, 'member') as "isMember"`;
  return found!.isMember;
}

/** The queue's own tables are made by the owner, so that the product's role needs no right to make any. */
async function prepareQueues(adminUrl: string, sql: Sql, appRole: string): Promise<void> {
  const boss = new PgBoss({ connectionString: adminUrl, max: 2, supervise: false, schedule: false });
  boss.on("error", () => {});
  await boss.start();
  try {
    for (const name of QUEUES) {
      const found = await boss.getQueue(name);
      // Whoever adds a job wakes the workers, after the transaction it is added in.
      if (found?.notify) await boss.updateQueue(name, { notify: false });
      if (found) continue;
      await boss.createQueue(`${name}-dead`, { retentionSeconds: 90 * 86_400 });
      await boss.createQueue(name, {
        deadLetter: `${name}-dead`,
        // Outside parties may be away for days: about a week of tries, five minutes apart in the end.
        retryLimit: 2_000,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 300,
        // A worker that was killed says nothing more, and its jobs go to another within half a minute.
        heartbeatSeconds: 20,
        expireInSeconds: 600,
        retentionSeconds: 30 * 86_400,
      });
    }
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
  const role = sql(appRole);
  await sql`grant usage on schema pgboss to ${role}`;
  await sql`grant select, insert, update, delete on all tables in schema pgboss to ${role}`;
  await sql`grant usage on all sequences in schema pgboss to ${role}`;
  await sql`grant execute on all functions in schema pgboss to ${role}`;
}
