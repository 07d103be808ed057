import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "./client.ts";
import { newDatabase } from "./testing.ts";

const opened: OpenDatabase[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

async function connect(keepsStatements: boolean) {
  const { appUrl } = await newDatabase();
  const database = openDatabase({ url: appUrl, role: null, maxConnections: 1, keepsStatements });
  opened.push(database);
  const { db } = database;
  const kept = async (text: string) => {
    const rows = await db.execute<{ statement: string }>(sql`select statement from pg_prepared_statements`);
    return rows.filter(({ statement }) => statement.includes(text)).length;
  };
  return { db, kept };
}

test("a statement that comes again and again is kept ready, in transactions too, and says the same", async () => {
  const { db, kept } = await connect(true);
  const twice = async (n: number) => (await db.execute<{ n: number }>(sql`select ${n}::int * 2 as n`))[0]!.n;
  for (let n = 1; n < 5; n++) expect(await twice(n)).toBe(n * 2);
  expect(await kept("::int * 2 as n")).toBe(0);
  expect(await twice(5)).toBe(10);
  expect(await kept("::int * 2 as n")).toBe(1);
  const inside = await db.transaction((transaction) =>
    transaction.transaction((nested) => nested.execute<{ n: number }>(sql`select ${21}::int * 2 as n`)),
  );
  expect(inside[0]!.n).toBe(42);
  expect(await kept("::int * 2 as n")).toBe(1);
});

test.each([true, false])(
  "a value that is not there fails its statement and nothing after it: %s",
  async (keeps) => {
    const { db } = await connect(keeps);
    const missing = () => sql`select ${undefined as unknown as string}::text`;
    for (let n = 0; n < 3; n++) {
      await expect(db.execute(missing())).rejects.toThrow();
      await expect(db.transaction((transaction) => transaction.execute(missing()))).rejects.toThrow();
      await expect(
        db.transaction(async (transaction) => {
          await transaction.execute(sql`select 1`);
          await transaction.execute(missing());
        }),
      ).rejects.toThrow();
      expect(await db.execute(sql`select ${n}::int as n`)).toEqual([{ n }]);
      expect(await db.transaction((one) => one.execute(sql`select ${n}::int as n`))).toEqual([{ n }]);
    }
  },
);

test("only so many are kept", async () => {
  const { db, kept } = await connect(true);
  for (let count = 0; count < 5; count++)
    for (let text = 0; text < 320; text++)
      await db.execute(sql`select ${text}::int as ${sql.raw(`"one of many ${text}"`)}`);
  expect(await kept("one of many")).toBe(300);
}, 60_000);

test("without being told so nothing is kept", async () => {
  const { db, kept } = await connect(false);
  for (let n = 1; n < 8; n++) await db.execute(sql`select ${n}::int * 3 as n`);
  expect(await kept("::int * 3 as n")).toBe(0);
});
