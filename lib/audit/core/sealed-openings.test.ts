import { expect, test } from "vitest";
import { commitmentTo } from "./commitment.ts";
import {
  addressMark,
  addressMarkOf,
  openOpenings,
  sealedBy,
  sealOpenings,
  trailKeysOf,
  unwrapChainKey,
  wrapChainKey,
} from "./sealed-openings.ts";

const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, at) => (first + at) % 256);
const keys = trailKeysOf(bytes(32, 1));
const chain = { organizationId: "o-1", chainId: "c-1" };
const event = { ...chain, eventId: "e-1" };
const openings = [
  { path: "actor.ip", salt: bytes(16, 7), value: "203.0.113.7" },
  { path: "data.by", salt: bytes(16, 9), value: 'Ana Ruíz \u0000 "quoted"' },
];
const key = bytes(32, 50);
const sealed = sealOpenings("chain", key, event, openings, bytes(12, 3));

test("what was sealed for an event opens for that event, byte by byte the same", () => {
  expect(openOpenings(key, event, sealed)).toEqual(openings);
  expect(sealedBy(sealed)).toBe("chain");
  const wide = sealOpenings("workspace", keys.values, event, [], bytes(12, 3));
  expect(sealedBy(wide)).toBe("workspace");
  expect(openOpenings(keys.values, event, wide)).toEqual([]);
});

test("half a character opens to what the commitment was made of", () => {
  const value = "broken \ud83d";
  const once = sealOpenings("chain", key, event, [{ path: "data.by", salt: key, value }], bytes(12, 3));
  const [opening] = openOpenings(key, event, once)!;
  expect(commitmentTo(opening!.salt, opening!.value)).toBe(commitmentTo(key, value));
});

test.each([
  ["another event", { ...event, eventId: "e-2" }],
  ["another chain", { ...event, chainId: "c-2" }],
  ["another organization", { ...event, organizationId: "o-2" }],
])("it does not open for %s", (_, other) => {
  expect(openOpenings(key, other, sealed)).toBeNull();
});

test("it does not open with another key, nor altered anywhere, nor cut off", () => {
  expect(openOpenings(bytes(32, 51), event, sealed)).toBeNull();
  for (let at = 0; at < sealed.length; at++) {
    const altered = sealed.slice();
    altered[at]! ^= 1;
    expect(openOpenings(key, event, altered), `byte ${at}`).toBeNull();
    expect(openOpenings(key, event, sealed.subarray(0, at)), `the first ${at} bytes`).toBeNull();
  }
});

test("a value by the workspace's key is not taken for one by the chain's", () => {
  const relabelled = sealOpenings("workspace", key, event, openings, bytes(12, 3));
  relabelled[0] = sealed[0]!;
  expect(openOpenings(key, event, relabelled)).toBeNull();
});

test("a chain's key opens for that chain and workspace alone", () => {
  const wrapped = wrapChainKey(keys, chain, key, bytes(12, 3));
  expect(unwrapChainKey(keys, chain, wrapped)).toEqual(key);
  expect(unwrapChainKey(keys, { ...chain, chainId: "c-2" }, wrapped)).toBeNull();
  expect(unwrapChainKey(trailKeysOf(bytes(32, 2)), chain, wrapped)).toBeNull();
  expect(unwrapChainKey(keys, chain, wrapped.subarray(0, 20))).toBeNull();
});

test("the same address has the same mark in one workspace, and another in any other", () => {
  const mark = addressMark(keys, "203.0.113.7");
  expect(mark).toHaveLength(16);
  expect(addressMarkOf(keys, openings)).toEqual(mark);
  expect(addressMark(keys, "203.0.113.8")).not.toEqual(mark);
  expect(addressMark(trailKeysOf(bytes(32, 2)), "203.0.113.7")).not.toEqual(mark);
  expect(addressMarkOf(keys, openings.slice(1))).toBeNull();
});
