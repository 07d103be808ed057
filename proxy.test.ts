import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { proxy } from "./proxy.ts";

const asked = (method: string, from: string | null) =>
  proxy(
    new NextRequest("https://sign.example/envelopes/env_1/blank", {
      method,
      headers: from === null ? {} : { "sec-fetch-site": from },
    }),
  ).status;

test("what changes something is not taken from a page of another origin, nor from a neighbouring host", () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    for (const from of ["cross-site", "same-site"]) expect([method, from, asked(method, from)][2]).toBe(403);
    for (const from of ["same-origin", "none", null]) expect(asked(method, from)).toBe(200);
  }
});

test("a link from anywhere opens its page", () => {
  for (const from of ["cross-site", "same-site", "same-origin", "none", null])
    expect(asked("GET", from)).toBe(200);
});
