import { DrizzleQueryError } from "drizzle-orm";
import { expect, test } from "vitest";
import { describeError, drawRandom } from "./runtime.ts";

test("the log learns which statement failed and why, and no value of it", () => {
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(ada@x.org)",
  });
  const error = new DrizzleQueryError(
    "insert into members values ($1, $2)",
    ["ada@x.org", "a\n    at b"],
    cause,
  );
  const told = JSON.stringify(describeError(error));
  for (const word of ["insert into members", "DrizzleQueryError", "duplicate key", "23505", "runtime.test"])
    expect(told).toContain(word);
  for (const value of ["ada@x.org", "at b"]) expect(told).not.toContain(value);
});

test("random bytes are as many as asked for, never the same, each of their own, and spread evenly", () => {
  const lengths = [0, 1, 10, 16, 32, 64, 65, 5_000];
  for (const length of lengths) expect(drawRandom(length)).toHaveLength(length);
  const seen = new Set<string>();
  const counts = new Array<number>(256).fill(0);
  for (let round = 0; round < 4_000; round++) {
    const bytes = drawRandom(lengths[2 + (round % 4)]!);
    const before = Buffer.from(bytes).toString("hex");
    seen.add(before);
    for (const byte of bytes) counts[byte]!++;
    drawRandom(16).fill(7);
    expect(Buffer.from(bytes).toString("hex")).toBe(before);
  }
  expect(seen.size).toBe(4_000);
  // 122,000 bytes: 477 of each on average, and 150 from it is seven times the standard deviation.
  expect(Math.min(...counts)).toBeGreaterThan(477 - 150);
  expect(Math.max(...counts)).toBeLessThan(477 + 150);
});
