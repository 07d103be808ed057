import { expect, test } from "vitest";
import { refusalOf, type TestOrganization, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { changeMemberRole, listMembers } from "./change-member.ts";
import { changeOrganization, getOrganization } from "./change-organization.ts";
import { inviteMember } from "./invite-member.ts";

const product = testProduct();
const memberOf = ({ actor }: Context) => {
  if (actor.kind !== "member") throw new Error("a member");
  return actor;
};
const eventsOf = async ({ organizationId }: Context) =>
  (
    await product().admin`select type from audit_events where chain_id = ${organizationId} order by sequence`
  ).map(({ type }) => type);

async function people(): Promise<TestOrganization & { owner: Context; admin: Context }> {
  const organization = await product().newOrganization();
  return {
    ...organization,
    owner: await organization.member("owner"),
    admin: await organization.member("admin"),
  };
}

test("who is invited is a member from then on, and the event holds neither name nor address", async () => {
  const { owner } = await people();
  await inviteMember(owner, { name: "Ben\u202e Okafor\u0000", email: " Ben@Example.com ", role: "sender" });
  expect(await listMembers(owner)).toContainEqual(
    expect.objectContaining({ name: "Ben Okafor", email: "ben@example.com", role: "sender" }),
  );
  expect(await eventsOf(owner)).toEqual(["member.added"]);
  const [event] = await product()
    .admin`select body from audit_events where chain_id = ${owner.organizationId}`;
  expect(event!.body).not.toMatch(/ben@|Okafor/i);
});

test("nobody is invited twice, also not at the same moment", async () => {
  const { owner } = await people();
  const invite = () =>
    refusalOf(inviteMember(owner, { name: "Ben", email: "twice@example.com", role: "viewer" }));
  const codes = await Promise.all(Array.from({ length: 15 }, invite));
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set([undefined, "identity/already-a-member"]));
  expect(await eventsOf(owner)).toEqual(["member.added"]);
});

test("two organizations that invite one person at the same moment give them one account", async () => {
  const both = [await people(), await people(), await people()];
  const invite = { name: "Ben", email: "shared@example.com", role: "viewer" } as const;
  await Promise.all(both.map(({ owner }) => inviteMember(owner, invite)));
  const [count] = await product()
    .admin`select count(*)::int as accounts from accounts where email = ${invite.email}`;
  expect(count).toEqual({ accounts: 1 });
});

test("an invitation without one address is refused, and nothing changes", async () => {
  const { owner } = await people();
  const before = await listMembers(owner);
  for (const email of [
    "",
    "ben",
    "ben@example.com, eve@example.com",
    "ben@example.com\nBcc: eve@example.com",
  ])
    expect(await refusalOf(inviteMember(owner, { name: "Ben", email, role: "viewer" }))).toBe(
      "identity/email-wrong",
    );
  await expect(
    inviteMember(owner, { name: "\u2060", email: "ben@example.com", role: "viewer" }),
  ).rejects.toThrow();
  expect(await listMembers(owner)).toEqual(before);
  expect(await eventsOf(owner)).toEqual([]);
});

test("an admin makes no owner and touches none", async () => {
  const { owner, admin } = await people();
  const change = { memberId: memberOf(owner).memberId, role: "viewer" } as const;
  expect(await refusalOf(changeMemberRole(admin, change))).toBe("authorize/not-allowed");
  expect(await refusalOf(changeMemberRole(admin, { ...change, role: null }))).toBe("authorize/not-allowed");
  const self = { memberId: memberOf(admin).memberId, role: "owner" } as const;
  expect(await refusalOf(changeMemberRole(admin, self))).toBe("authorize/not-allowed");
  const friend = { name: "Eve", email: "eve@example.com", role: "owner" } as const;
  expect(await refusalOf(inviteMember(admin, friend))).toBe("authorize/not-allowed");
  expect(await eventsOf(owner)).toEqual([]);
});

test("the last owner stays, also when two owners leave at the same moment", async () => {
  const organization = await people();
  const { owner } = organization;
  for (const role of ["admin", null] as const)
    expect(await refusalOf(changeMemberRole(owner, { memberId: memberOf(owner).memberId, role }))).toBe(
      "identity/last-owner",
    );
  const other = await organization.member("owner");
  const leave = (ctx: Context) =>
    refusalOf(changeMemberRole(ctx, { memberId: memberOf(ctx).memberId, role: null }));
  expect((await Promise.all([leave(owner), leave(other)])).sort()).toEqual([
    "identity/last-owner",
    undefined,
  ]);
  const owners = (await listMembers(organization.admin)).filter(({ role }) => role === "owner");
  expect(owners).toHaveLength(1);
  expect(await eventsOf(owner)).toEqual(["member.removed"]);
});

test("members and settings of another organization are out of reach", async () => {
  const [mine, theirs] = [await people(), await people()];
  const change = { memberId: memberOf(theirs.admin).memberId, role: null } as const;
  expect(await refusalOf(changeMemberRole(mine.owner, change))).toBe("identity/member-not-found");
  expect(await listMembers(theirs.owner)).toHaveLength(2);
  expect((await listMembers(mine.owner)).map(({ id }) => id)).not.toContain(change.memberId);
  await changeOrganization(mine.owner, {
    paper: "letter",
    fileNamePattern: "{title}",
    printsMarginId: false,
  });
  expect((await getOrganization(theirs.owner)).settings.paper).toBe("a4");
  expect(await eventsOf(mine.owner)).toEqual(["organization.changed"]);
});

test("a pattern that tells no documents apart is refused, and the settings stay", async () => {
  const { owner } = await people();
  const before = await getOrganization(owner);
  for (const fileNamePattern of ["", "contract", "{name}", "{kind} {date}"])
    expect(
      await refusalOf(changeOrganization(owner, { paper: "a4", fileNamePattern, printsMarginId: true })),
    ).toBe("identity/pattern-names-nothing");
  expect(await getOrganization(owner)).toEqual(before);
  expect(await eventsOf(owner)).toEqual([]);
});
