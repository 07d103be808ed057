import { setTimeout } from "node:timers/promises";
import type { SQL } from "drizzle-orm";
import type { PgDialect, PgSession } from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { withTransactions } from "./transactions.ts";

export type Database = PostgresJsDatabase<Record<string, never>>;
/** The database, or a transaction in it. */
export type Connection = Pick<
  Database,
  "select" | "selectDistinctOn" | "insert" | "update" | "delete" | "execute" | "transaction"
>;

export interface OpenDatabase {
  readonly db: Database;
  /** Calls back for every notification on the channel until closed; reconnects by itself. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<{ close(): Promise<void> }>;
  /**
   * Notifies whoever listens on the channel, soon; for what nothing depends on, since a process that dies first tells
   * nobody. Within a transaction NOTIFY would let all transactions commit one after the other.
   */
  notify(channel: string, payload: string): void;
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly url: string;
  /** Taken on after connecting, when the URL's own role may do more than the app should. */
  readonly role: string | null;
  readonly maxConnections: number;
  /** Where tables are looked for first: rows that were put back on trial. */
  readonly schema?: string;
  /**
   * Whether statements that come again and again are kept ready on each connection. For jobs, which run the same few by
   * ids all day: measured, PostgreSQL had 40 % less to do for them.
   */
  readonly keepsStatements?: boolean;
}

const CONNECT_SECONDS = 10;
const STATEMENT_MS = 60_000;

export function openDatabase(settings: DatabaseSettings): OpenDatabase {
  const connection = {
    application_name: "whereof",
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    ...(settings.role ? { role: settings.role } : {}),
    ...(settings.schema ? { search_path: `${settings.schema}, public` } : {}),
  };
  const options = {
    max: settings.maxConnections,
    connect_timeout: CONNECT_SECONDS,
    idle_timeout: 60,
    max_lifetime: 3600,
    connection,
    onnotice: () => {},
  };
  const client = withTransactions(postgres(settings.url, options));
  // drizzle changes how its client writes JSON, so listening has a client of its own.
  let listener: postgres.Sql | null = null;
  const teller = openTeller(settings.url, options);
  return {
    db: drizzle(watchingStatements(client, settings.keepsStatements ?? false)),
    async listen(channel, onMessage) {
      listener ??= postgres(settings.url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null });
      const subscription = await listener.listen(channel, onMessage);
      return { close: () => subscription.unlisten() };
    },
    notify: teller.notify,
    async close() {
      await teller.close();
      await Promise.all([client.end({ timeout: 5 }), listener?.end({ timeout: 5 })]);
    },
  };
}

/** As PostgreSQL's JDBC driver does by default, with bounds: a list within a text makes a text of each length. */
const KEPT_FROM = 5;
const MOST_COUNTED = 2_000;
const MOST_KEPT = 300;

/**
 * Refuses values that are not there before the driver sees them, and where told prepares each statement that comes for
 * the fifth time under a name, so that it is parsed no more.
 */
function watchingStatements(client: postgres.Sql, keeps: boolean): postgres.Sql {
  const counts = new Map<string, number>();
  const kept = new Set<string>();
  const isKept = (text: string): boolean => {
    if (!keeps) return false;
    if (kept.has(text)) return true;
    const count = (counts.get(text) ?? 0) + 1;
    counts.delete(text);
    if (count >= KEPT_FROM && kept.size < MOST_KEPT) kept.add(text);
    else counts.set(text, count);
    if (counts.size > MOST_COUNTED) counts.delete(counts.keys().next().value!);
    return kept.has(text);
  };
  type Begin = (work: (transaction: postgres.Sql) => unknown) => unknown;
  const wrapped = (sql: postgres.Sql): postgres.Sql =>
    new Proxy(sql, {
      get(target, name) {
        if (name === "unsafe")
          return (text: string, values?: never[], options?: postgres.UnsafeQueryOptions) => {
            // The driver finds it half-way through, and the connection answers nobody after that.
            if (values?.includes(undefined as never))
              throw new TypeError("a statement with an undefined value");
            return target.unsafe(text, values, { ...options, prepare: options?.prepare || isKept(text) });
          };
        if (name !== "begin" && name !== "savepoint") return Reflect.get(target, name);
        const begin = Reflect.get(target, name) as Begin;
        return (work: Parameters<Begin>[0]) => begin((transaction) => work(wrapped(transaction)));
      },
    });
  return wrapped(client);
}

const MOST_TOLD_AT_ONCE = 500;
/** No page shows anything sooner; and what happens in that time goes out in one lot. */
const TELL_AFTER_MS = 20;

/** Notices on a connection of their own, in lots, none of which waits for the disk. */
function openTeller(url: string, options: postgres.Options<Record<string, never>>) {
  let client: postgres.Sql | null = null;
  let telling: Promise<void> | null = null;
  // Of the same notices one is enough, as in a transaction.
  let waiting = new Map<string, readonly [string, string]>();
  const tell = async () => {
    while (waiting.size > 0) {
      await setTimeout(TELL_AFTER_MS);
      const lot = [...waiting.values()].slice(0, MOST_TOLD_AT_ONCE);
      waiting = new Map([...waiting].slice(MOST_TOLD_AT_ONCE));
      client ??= postgres(url, {
        ...options,
        max: 1,
        connection: { ...options.connection, synchronous_commit: "off" },
      });
      const texts = JSON.stringify(lot);
      await client`select pg_notify(n ->> 0, n ->> 1) from json_array_elements(${texts}::text::json) n`;
    }
  };
  return {
    notify(channel: string, payload: string) {
      waiting.set(`${channel} ${payload}`, [channel, payload]);
      // A database that is away is somebody else's to report; what is lost here is only sooner than it would be seen.
      telling ??= tell()
        .catch(() => waiting.clear())
        .finally(() => {
          telling = null;
        });
    },
    async close() {
      await telling;
      await client?.end({ timeout: 5 });
    },
  };
}

/**
 * Runs a statement that the server keeps ready on each connection: one trip instead of two, and no planning. For the
 * few that run all the time with the same text; the plan is made once for all parameters.
 */
export async function executePrepared<Row extends object>(
  connection: Connection,
  statement: SQL,
): Promise<readonly Row[]> {
  const { dialect } = connection as unknown as { dialect: PgDialect };
  const { sql, params } = dialect.sqlToQuery(statement);
  return executeText(connection, sql, params);
}

/** The same for a statement written by somebody else. @param text with `$1`, `$2`… for the values. */
export async function executeText<Row extends object>(
  connection: Connection,
  text: string,
  values: unknown[],
): Promise<readonly Row[]> {
  const { session } = connection as unknown as { session: PgSession };
  // Of the name only that there is one matters: the driver gives names of its own.
  const query = session.prepareQuery({ sql: text, params: values }, undefined, "prepared", false);
  return (await query.execute()) as readonly Row[];
}

/**
 * Sends a statement along with what follows, without waiting for its answer. Within a transaction alone: where it fails,
 * the transaction does, and says so at its end.
 */
export function sendPrepared(connection: Connection, statement: SQL): void {
  if (!isTransaction(connection)) throw new Error("nobody would learn that it failed");
  const { dialect, session } = connection as unknown as {
    dialect: PgDialect;
    session: { client: postgres.Sql };
  };
  const { sql, params } = dialect.sqlToQuery(statement);
  session.client.unsafe(sql, params as never[], { prepare: true }).catch(() => {});
}

interface Standing<Rows> {
  prepare(name: string): { execute(values?: Record<string, unknown>): Promise<Rows> };
}

/**
 * A query that always has the same text, for pages that are asked for all the time: it is written once in the life of
 * the process, and kept ready by the database on each connection.
 *
 * @param build with `sql.placeholder` for each value.
 */
export function standing<Values extends Readonly<Record<string, unknown>>, Rows>(
  build: (connection: Connection) => Standing<Rows>,
): (connection: Connection, values: Values) => Promise<Rows> {
  let written: ReturnType<Standing<Rows>["prepare"]> | null = null;
  return (connection, values) => {
    written ??= build(connection).prepare("standing");
    const { client } = (connection as unknown as { session: { client: unknown } }).session;
    // The same query, on the connection of whoever asks now.
    const query = Object.assign(Object.create(Object.getPrototypeOf(written)), written, { client });
    return (query as typeof written).execute(values);
  };
}

/** Whether what is written on it is undone with a transaction that somebody else ends. */
export const isTransaction = (connection: Connection): boolean => "rollback" in connection;

/**
 * Statements of one transaction that need not wait for each other's answers; they run in this order. Returns when all
 * have ended, so that nothing is sent behind the back of whoever undoes them.
 */
export async function together<T extends readonly unknown[]>(
  work: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const ended = await Promise.allSettled(work);
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return ended.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
