import { expect, test } from "vitest";
import type { RecipientId } from "#lib/ids.ts";
import { linkOpening } from "./link-openings.ts";

const ana = "018f4c1e-0000-7000-8000-000000000001" as RecipientId;
const ben = "018f4c1e-0000-7000-8000-000000000002" as RecipientId;
const entry = (type: string, minute: number, recipient: RecipientId) => ({
  ...{ type, at: new Date(Date.UTC(2026, 10, 20, 8, minute)), data: { recipient } },
});

test("a link was opened when it was fetched, by whom it was made for, and mailing it is no opening", () => {
  const trail = [
    entry("recipient.invited", 0, ana),
    entry("mail.delivered", 1, ana),
    entry("link.fetched", 2, ana),
    entry("link.fetched", 30, ana),
    entry("document.viewed", 31, ana),
  ];
  expect(linkOpening(trail, ana)).toEqual({ first: trail[2]!.at, last: trail[3]!.at, count: 2 });
  expect(linkOpening(trail, ben)).toBeNull();
  expect(linkOpening(trail.slice(0, 2), ana)).toBeNull();
});
