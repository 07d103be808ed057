import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

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
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly url: string;
  /** Taken on after connecting, when the URL's own role may do more than the app should. */
  readonly role: string | null;
  readonly maxConnections: number;
}

const CONNECT_SECONDS = 10;
const STATEMENT_MS = 60_000;

export function openDatabase(settings: DatabaseSettings): OpenDatabase {
  const connection = {
    application_name: "whereof",
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    ...(settings.role ? { role: settings.role } : {}),
  };
  const options = {
    max: settings.maxConnections,
    connect_timeout: CONNECT_SECONDS,
    idle_timeout: 60,
    max_lifetime: 3600,
    connection,
    onnotice: () => {},
  };
  const client = postgres(settings.url, options);
  // drizzle changes how its client writes JSON, so listening has a client of its own.
  let listener: postgres.Sql | null = null;
  return {
    db: drizzle(client),
    async listen(channel, onMessage) {
      listener ??= postgres(settings.url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null });
      const subscription = await listener.listen(channel, onMessage);
      return { close: () => subscription.unlisten() };
    },
    async close() {
      await Promise.all([client.end({ timeout: 5 }), listener?.end({ timeout: 5 })]);
    },
  };
}
