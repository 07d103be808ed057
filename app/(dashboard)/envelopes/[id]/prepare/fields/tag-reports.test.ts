import { expect, test } from "vitest";
import type { DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { FieldHint } from "#lib/envelopes/core/hints/hint.ts";
import { type FoundTag, reportsOf } from "./tag-reports.ts";

const ana = { id: "ana", name: "Ana Ruiz", email: "ana@example.com", roleName: "Tenant" } as DraftRecipient;
const ben = { id: "ben", name: "Ben Okafor", email: "ben@example.com" } as DraftRecipient;
const tag = (signer: string | null, more: Partial<FieldHint> = {}): FoundTag => ({
  ...{ id: "t", text: "{{t:s;}}", page: 2, document: "Lease" },
  hint: { from: "tag", signer, ...more } as FieldHint,
});
const told = (found: FoundTag, assumed = new Map<string, string>()) =>
  reportsOf(found, [ana, ben], assumed, ana).map(({ why }) => why);

test("a tag of somebody who is there, by role, name, address or number, needs no look", () => {
  for (const signer of ["tenant", "Ben Okafor", "ben@example.com", "2", null])
    expect(told(tag(signer)), String(signer)).toEqual([]);
});

test("one of a role or a number that nobody has says who would get its field", () => {
  for (const signer of ["Landlord", "3"])
    expect(told(tag(signer))).toEqual([{ kind: "nobody", signer, assumed: "Ana Ruiz", isTaken: false }]);
});

test("once it is taken, who got it stays said, whoever is chosen or added later", () => {
  const found = { ...tag("Landlord"), id: "taken" };
  expect(told(found, new Map([["taken", "Ben Okafor"]]))).toEqual([
    { kind: "nobody", signer: "Landlord", assumed: "Ben Okafor", isTaken: true },
  ]);
});

test("what is not understood, and what no field holds, is told with its page", () => {
  expect(reportsOf({ ...tag(null), hint: null }, [], new Map(), null)).toMatchObject([
    { page: 2, document: "Lease", why: { kind: "unknown" } },
  ]);
  expect(told(tag("1", { left: ["v:abc"] }))).toEqual([{ kind: "left", pieces: ["v:abc"] }]);
});
