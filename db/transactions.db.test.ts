import { connect, createServer } from "node:net";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase, sendPrepared } from "./client.ts";
import { newDatabase } from "./testing.ts";

let urls: { readonly adminUrl: string; readonly appUrl: string };
let admin: postgres.Sql;
let database: OpenDatabase;
beforeAll(async () => {
  urls = await newDatabase();
  admin = postgres(urls.adminUrl, { max: 1, onnotice: () => {} });
  await admin`create table trial_numbers (n integer primary key)`;
  database = openDatabase({ url: urls.adminUrl, role: null, maxConnections: 2, keepsStatements: true });
});
afterAll(async () => {
  await database.close();
  await admin.end();
});

const add = (db: Pick<OpenDatabase["db"], "execute">, n: number) =>
  db.execute(sql`insert into trial_numbers values (${n}::int)`);
const has = async (...numbers: readonly number[]) =>
  (await admin`select n from trial_numbers where n = any(${numbers as number[]}) order by n`).map(
    ({ n }) => n,
  );

test("what a transaction did is there when it is over, and not before", async () => {
  await database.db.transaction(async (transaction) => {
    await add(transaction, 1);
    expect(await has(1)).toEqual([]);
  });
  expect(await has(1)).toEqual([1]);
});

test("a transaction that throws leaves nothing, and says why", async () => {
  const why = new Error("changed my mind");
  const work = database.db.transaction(async (transaction) => {
    await add(transaction, 10);
    throw why;
  });
  await expect(work).rejects.toBe(why);
  expect(await has(10)).toEqual([]);
});

test("a statement's failure undoes all, also where it was caught", async () => {
  const work = database.db.transaction(async (transaction) => {
    await add(transaction, 20);
    await add(transaction, 20).catch(() => {});
    await add(transaction, 21);
  });
  await expect(work).rejects.toMatchObject({ cause: { code: "25P02" } });
  const caught = database.db.transaction(async (transaction) => {
    await add(transaction, 22);
    await transaction.execute(sql`select 1 / 0`).catch(() => {});
    return "all well";
  });
  await expect(caught).rejects.toMatchObject({ code: "22012" });
  expect(await has(20, 21, 22)).toEqual([]);
});

test("a statement that fails while nobody waits for it is no success", async () => {
  const work = database.db.transaction(async (transaction) => {
    await add(transaction, 24);
    transaction.execute(sql`select 1 / 0`).catch(() => {});
    return "all well";
  });
  await expect(work).rejects.toMatchObject({ code: "22012" });
  expect(await has(24)).toEqual([]);
});

test("what is sent along is there when the transaction is over, or says why it is not", async () => {
  await database.db.transaction(async (transaction) => {
    sendPrepared(transaction, sql`insert into trial_numbers values (${25}::int)`);
  });
  expect(await has(25)).toEqual([25]);
  const twice = database.db.transaction(async (transaction) => {
    await add(transaction, 26);
    sendPrepared(transaction, sql`insert into trial_numbers values (${25}::int)`);
  });
  await expect(twice).rejects.toMatchObject({ code: "23505" });
  expect(await has(26)).toEqual([]);
  expect(() => sendPrepared(database.db, sql`insert into trial_numbers values (${27}::int)`)).toThrow(
    "nobody",
  );
});

test("what failed in a part that was undone is not what is told of the whole", async () => {
  const work = database.db.transaction(async (transaction) => {
    await transaction
      .transaction(async (part) => {
        await add(part, 25);
      })
      .catch(() => {});
    sendPrepared(transaction, sql`select 1 / 0`);
  });
  await expect(work).rejects.toMatchObject({ code: "22012" });
});

test("a part that fails is undone by itself", async () => {
  await database.db.transaction(async (transaction) => {
    await add(transaction, 30);
    const part = transaction.transaction(async (inner) => {
      await add(inner, 31);
      await inner.transaction((innermost) => add(innermost, 32));
      await add(inner, 30);
    });
    await expect(part).rejects.toThrow();
    await transaction.transaction((inner) => add(inner, 33));
  });
  expect(await has(30, 31, 32, 33)).toEqual([30, 33]);
});

test("many at once share few connections, and each is whole", async () => {
  const all = await Promise.allSettled(
    Array.from({ length: 60 }, (_, index) =>
      database.db.transaction(async (transaction) => {
        const [found] = await Promise.all([
          transaction.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`),
          add(transaction, 1_000 + index),
        ]);
        const again = await transaction.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`);
        expect(again[0]!.id).toBe(found[0]!.id);
        if (index % 3 === 0) throw new Error("not this one");
        return found[0]!.id;
      }),
    ),
  );
  const kept = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(new Set(kept).size).toBe(40);
  const rows = await admin`select n from trial_numbers where n between 1000 and 1059`;
  expect(rows).toHaveLength(40);
  expect(rows.every(({ n }) => (n - 1_000) % 3 !== 0)).toBe(true);
});

test("who goes on after its end is refused", async () => {
  let left: Pick<OpenDatabase["db"], "execute"> | null = null;
  await database.db.transaction(async (transaction) => {
    left = transaction;
    await add(transaction, 40);
  });
  await expect(add(left!, 41)).rejects.toMatchObject({
    cause: { message: "the transaction has ended" },
  });
  expect(await has(40, 41)).toEqual([40]);
});

test.each(["asks again", "waits for an answer", "has nothing more to ask"])(
  "a connection that is lost ends its transaction alone: the one who %s is told, and the next gets another",
  async (moment) => {
    const work = database.db.transaction(async (transaction) => {
      const [own] = await transaction.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await add(transaction, 50);
      const waiting = moment === "waits for an answer" ? transaction.execute(sql`select pg_sleep(30)`) : null;
      const ended = waiting?.catch((error: unknown) => error);
      await admin`select pg_terminate_backend(${own!.pid})`;
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (ended) throw await ended;
      if (moment === "asks again") await add(transaction, 51);
    });
    const why = (await work.catch((error: unknown) => error)) as { code?: string; cause?: { code?: string } };
    expect(why.code ?? why.cause?.code).toMatch(/^(CONNECTION_CLOSED|57P01)$/);
    expect(await has(50, 51)).toEqual([]);
    // The driver tells who comes next what it was told last on that connection.
    await database.db.execute(sql`select 1`).catch(() => {});
    const after = await Promise.all(
      [1, 2, 3].map((n) =>
        database.db.transaction((transaction) =>
          transaction.execute<{ n: number }>(sql`select ${n}::int as n`),
        ),
      ),
    );
    expect(after.map(([row]) => row!.n)).toEqual([1, 2, 3]);
  },
);

test("a database that is away refuses a transaction", async () => {
  const away = openDatabase({
    ...{ url: "postgres://nobody@127.0.0.1:1/none", role: null, maxConnections: 1 },
  });
  await expect(away.db.transaction(async () => "never")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await away.close();
});

test("a transaction of one statement takes two trips", async () => {
  const url = new URL(urls.adminUrl);
  const [port, host] = [Number(url.port), url.hostname];
  let sent = 0;
  const server = createServer((socket) => {
    const upstream = connect(port, host);
    socket.on("data", () => sent++).pipe(upstream);
    upstream.pipe(socket);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      one.on("error", () => {}).on("close", () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.port = String((server.address() as { port: number }).port);
  const watched = openDatabase({ url: url.href, role: null, maxConnections: 1, keepsStatements: true });
  const once = () => watched.db.transaction((transaction) => transaction.execute(sql`select ${1}::int as n`));
  for (let round = 0; round < 8; round++) await once();
  sent = 0;
  for (let round = 0; round < 10; round++) await once();
  expect(sent).toBe(20);
  await watched.close();
  server.close();
});
