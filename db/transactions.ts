import postgres from "postgres";

type Work = (transaction: postgres.Sql) => unknown;

/** Of the driver's connection, what its own transactions use too. */
interface Line {
  onclose: ((error: unknown) => void) | null;
}

/**
 * The client with transactions that need one trip less: BEGIN goes out with the first statement, and nobody waits for
 * its answer. One whose connection is lost says so at the next statement, where the driver's own would end the process.
 */
export function withTransactions(client: postgres.Sql): postgres.Sql {
  return new Proxy(client, {
    get: (target, name) =>
      name === "begin" ? (work: Work) => begin(target, work) : Reflect.get(target, name),
  });
}

async function begin(client: postgres.Sql, work: Work): Promise<unknown> {
  const connection = await client.reserve();
  let line: Line | null = null;
  let why: { readonly error: unknown } | null = null;
  const lost = new Promise<never>((_, reject) => {
    const onexecute = (found: Line) => {
      line = found;
      found.onclose = (error) => {
        why ??= { error };
        reject(error);
      };
      return true;
    };
    // Sent at once and answered before anything that follows; that it failed is seen below.
    connection.unsafe("begin", [], { onexecute } as postgres.UnsafeQueryOptions).catch(reject);
  });
  lost.catch(() => {});
  const requireAlive = () => {
    if (why) throw why.error;
  };
  const on: Scope = { connection, requireAlive, parts: 0, failed: null };
  const end = (statement: "commit" | "rollback") => Promise.race([connection.unsafe(statement), lost]);
  try {
    const result = await Promise.race([inScope(on, work), lost]);
    requireAlive();
    // PostgreSQL answers the COMMIT of a transaction that failed with ROLLBACK, and calls it no error.
    if ((await end("commit")).command !== "COMMIT")
      throw on.failed?.error ?? new Error("nothing was kept: a statement failed that nobody waited for");
    return result;
  } catch (error) {
    if (!why) await end("rollback").catch(() => {});
    throw error;
  } finally {
    if (line) (line as Line).onclose = null;
    const isAlive = !why;
    why ??= { error: new Error("the transaction has ended") };
    // A connection that was lost is the pool's already.
    if (isAlive) connection.release();
  }
}

interface Scope {
  readonly connection: postgres.Sql;
  /** Throws once the connection is lost or the transaction is over. */
  readonly requireAlive: () => void;
  /** How many parts of it were begun. */
  parts: number;
  /** The first failure that was not undone with its part. */
  failed: { readonly error: unknown } | null;
}

/** A transaction, or a part of one that can be undone by itself. Undone also where a statement's failure was caught. */
async function inScope(on: Scope, work: Work): Promise<unknown> {
  let failed: { readonly error: unknown } | null = null;
  const noted = <Query extends Promise<unknown>>(query: Query): Query => {
    query.catch((error: unknown) => {
      failed ??= { error };
      on.failed ??= failed;
    });
    return query;
  };
  const scope = new Proxy(on.connection, {
    get(target, name) {
      if (name === "savepoint") return (inner: Work) => savepoint(on, inner);
      if (name !== "unsafe") return Reflect.get(target, name);
      return (...of: Parameters<postgres.Sql["unsafe"]>) => {
        on.requireAlive();
        return noted(target.unsafe(...of));
      };
    },
  });
  try {
    const result = await work(scope);
    if (failed) throw (failed as { error: unknown }).error;
    return result;
  } catch (error) {
    // 25P02 only says that something failed before: that is what is told.
    const isConsequence = error instanceof postgres.PostgresError && error.code === "25P02";
    throw isConsequence && failed ? (failed as { error: unknown }).error : error;
  }
}

async function savepoint(on: Scope, work: Work): Promise<unknown> {
  on.requireAlive();
  // The same names in every transaction: statements are few.
  const name = `part_${++on.parts}`;
  // Goes out with what follows; if it fails, so does all that follows.
  on.connection.unsafe(`savepoint ${name}`).catch(() => {});
  try {
    return await inScope(on, work);
  } catch (error) {
    on.requireAlive();
    await on.connection.unsafe(`rollback to ${name}`);
    on.failed = null;
    throw error;
  }
}
