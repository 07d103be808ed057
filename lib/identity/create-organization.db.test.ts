import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { createOrganization, isSetUp } from "./create-organization.ts";

const product = testProduct();
const visitor = () => ({ runtime: product().runtime, request: REQUEST });
const FORM = {
  organizationName: "Northwind",
  name: "Olivia Marchetti",
  email: " Olivia@Example.com",
  password: "velvet otter climbs",
};
const rows = async () => {
  const { admin } = product();
  const [counts] = await admin`select (select count(*)::int from organizations) as organizations,
    (select count(*)::int from accounts) as accounts, (select count(*)::int from members) as members,
    (select count(*)::int from audit_events) as events`;
  return counts;
};
const NOTHING = { organizations: 0, accounts: 0, members: 0, events: 0 };

test.for([
  [{ email: "olivia" }, "identity/email-wrong"],
  [{ email: "olivia@example.com\r\nBcc: eve@example.com" }, "identity/email-wrong"],
  [{ password: "short" }, "identity/password-too-short"],
  [{ password: "velvet otter ".repeat(30) }, "identity/password-too-long"],
  [{ password: "Olivia Marchetti 1" }, "identity/password-too-common"],
  [{ password: "Northwind12345678" }, "identity/password-too-common"],
] as const)("%j is refused, and nothing is made", async ([change, code]) => {
  expect(await refusalOf(createOrganization(visitor(), { ...FORM, ...change }))).toBe(code);
  expect(await rows()).toEqual(NOTHING);
  expect(await isSetUp(product().runtime)).toBe(false);
});

test.for([
  { name: " \u200b " },
  { organizationName: "\u0000" },
  { name: "x".repeat(121) },
  { password: "x".repeat(1025) },
])("%j is no input, and nothing is made", async (change) => {
  await expect(createOrganization(visitor(), { ...FORM, ...change })).rejects.toThrow(/too_small|too_big/);
  expect(await rows()).toEqual(NOTHING);
});

test("of many who set up at the same moment one does, with the event that says so", async () => {
  const tries = Array.from({ length: 25 }, (_, index) =>
    refusalOf(createOrganization(visitor(), { ...FORM, email: `olivia${index}@example.com` })),
  );
  const codes = await Promise.all(tries);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set([undefined, "identity/already-set-up"]));
  expect(await rows()).toEqual({ organizations: 1, accounts: 1, members: 1, events: 1 });
  const [event] = await product().admin`select type, body from audit_events`;
  expect(event!.type).toBe("organization.created");
  expect(event!.body).not.toMatch(/olivia\d|Marchetti/);
  const [account] = await product().admin`select password_hash from accounts`;
  expect(account!.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("afterwards nobody sets up anew", async () => {
  const before = await rows();
  expect(await refusalOf(createOrganization(visitor(), { ...FORM, email: "eve@example.com" }))).toBe(
    "identity/already-set-up",
  );
  expect(await rows()).toEqual(before);
});
