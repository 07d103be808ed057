import { expect, test } from "vitest";
import { addressOf } from "./address-of.ts";
import { wishIn } from "./list-wish.ts";

const read = (address: string) => {
  const query = new URL(address, "http://localhost").searchParams;
  return wishIn((name) => query.get(name) ?? "");
};

test("an address of the list says again what it was made from", () => {
  const id = "018f4c1e-0000-7000-8000-000000000001";
  const wish = {
    ...({
      view: "waiting",
      state: "sent",
      search: "lease & rent",
      folder: id,
      tag: "urgent",
      sender: id,
    } as const),
    ...{ team: id, template: id, from: "2026-02-01", until: "2026-02-28" },
  };
  expect(read(addressOf(wish))).toEqual(wish);
  expect(addressOf(read("/envelopes"))).toBe("/envelopes");
});

test("what makes no sense in an address asks for nothing", () => {
  const odd = read("/envelopes?view=x&state=y&folder=1&sender='&template=2&from=2026-02-30&until=tomorrow");
  expect(addressOf(odd)).toBe("/envelopes");
});
