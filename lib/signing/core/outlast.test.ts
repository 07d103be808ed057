import { expect, test } from "vitest";
import { requireLonger } from "./outlast.ts";

test("a time-stamp that ends no later than the one it goes over is not put there", () => {
  const [day, later] = [new Date("2030-01-01"), new Date("2030-01-02")];
  expect(() => requireLonger(later, day)).not.toThrow();
  for (const until of [day, new Date("2029-12-31")])
    expect(() => requireLonger(until, day)).toThrow(expect.objectContaining({ code: "signing/not-ready" }));
});
