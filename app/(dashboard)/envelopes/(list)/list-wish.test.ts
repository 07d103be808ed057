import { expect, test } from "vitest";
import { addressOf, nothingIn } from "./address-of.ts";
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
    ...({ class: id, signature: "qualified", held: true, least: "-10", most: "25000.50" } as const),
  };
  expect(read(addressOf(wish))).toEqual(wish);
  expect(addressOf(read("/envelopes"))).toBe("/envelopes");
  expect(addressOf(nothingIn("waiting"))).toBe("/envelopes?view=waiting");
  // One that was kept before there was so much to look for.
  const { class: _, signature: __, held: ___, least: ____, most: _____, ...kept } = wish;
  expect(addressOf({ ...nothingIn("all"), ...kept })).toBe(addressOf(kept as typeof wish));
});

test("what makes no sense in an address asks for nothing", () => {
  const odd = read(
    "/envelopes?view=x&state=y&folder=1&sender='&template=2&from=2026-02-30&until=tomorrow&class=x&signature=best&held=yes&least=1e9&most=much",
  );
  expect(addressOf(odd)).toBe("/envelopes");
});
