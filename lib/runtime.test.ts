import { DrizzleQueryError } from "drizzle-orm";
import { expect, test } from "vitest";
import { describeError } from "./runtime.ts";

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
