import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { inTransaction } from "./context.ts";
import { getCertificate } from "./evidence/get-certificate.ts";

const product = testProduct();

test("a statement with a value that is not there fails alone, and its connection goes on answering", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  for (let round = 0; round < 3; round++) {
    await expect(getCertificate(ctx, { certificateId: undefined as never })).rejects.toThrow("Failed query");
    for (let count = 0; count < 4; count++)
      expect(
        await inTransaction(ctx, (ctx) => ctx.connection.execute(sql`select ${count}::int as n`)),
      ).toEqual([{ n: count }]);
  }
}, 20_000);
