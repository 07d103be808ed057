import { expect, test } from "vitest";
import { PEER_HEADER, requestFacts, trustedList } from "./request-facts.ts";

const from = (headers: Record<string, string>, trusted: readonly string[] = []) =>
  requestFacts((name) => headers[name] ?? null, trustedList(trusted)).ip;

test("the peer counts, whatever it says of itself", () => {
  expect(from({ [PEER_HEADER]: "203.0.113.9", "x-forwarded-for": "1.2.3.4" })).toBe("203.0.113.9");
  expect(from({ [PEER_HEADER]: "::ffff:203.0.113.9" })).toBe("203.0.113.9");
  expect(from({})).toBe("unknown");
});

test("a trusted proxy speaks for the last address that is none of ours", () => {
  const headers = { [PEER_HEADER]: "10.0.0.5", "x-forwarded-for": "6.6.6.6, 198.51.100.7, 10.0.0.9" };
  expect(from(headers, ["10.0.0.0/8"])).toBe("198.51.100.7");
  expect(from(headers, ["10.0.0.5"])).toBe("10.0.0.9");
  expect(from({ [PEER_HEADER]: "10.0.0.5", "x-forwarded-for": "nonsense" }, ["10.0.0.0/8"])).toBe("10.0.0.5");
});

test("only a trusted proxy's word says that a request came encrypted", () => {
  const isEncrypted = (headers: Record<string, string>, trusted: readonly string[]) =>
    requestFacts((name) => headers[name] ?? null, trustedList(trusted)).isEncrypted;
  const headers = { [PEER_HEADER]: "10.0.0.5", "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https" };
  expect(isEncrypted(headers, ["10.0.0.5"])).toBe(true);
  expect(isEncrypted(headers, [])).toBe(false);
  expect(isEncrypted({ ...headers, "x-forwarded-proto": "https, http" }, ["10.0.0.5"])).toBe(false);
  expect(isEncrypted({ "x-forwarded-proto": "https" }, ["10.0.0.5"])).toBe(false);
});

test("what is no address is no proxy", () => {
  for (const entry of ["proxy.internal", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/8/8"])
    expect(() => trustedList([entry])).toThrow(RangeError);
});
