import { expect, test } from "vitest";
import { addressOfQuery, eventQueryIn, periodOf } from "./event-query.ts";

const read = (address: string) => {
  const given = new URLSearchParams(address);
  return eventQueryIn((name) => given.get(name));
};

test("an address and its query say the same", () => {
  const address =
    "from=2026-11-01&to=2026-11-30&group=signing&person=Ana&envelope=WH-7K2M-9QXD&ip=203.0.113.7";
  expect(new URLSearchParams(addressOfQuery(read(address))).toString()).toBe(address);
  expect(addressOfQuery(read(""))).toEqual([]);
});

test("what cannot be meant is left out, and the rest still counts", () => {
  expect(addressOfQuery(read("from=yesterday&group=nonsense&text=lease"))).toEqual([["text", "lease"]]);
});

test("the last day is in the period to its end", () => {
  expect(periodOf(read("from=2026-02-28&to=2026-02-28"))).toEqual({
    from: new Date("2026-02-28T00:00:00Z"),
    to: new Date("2026-03-01T00:00:00Z"),
  });
  expect(periodOf(read(""))).toEqual({ from: null, to: null });
});
