import { beforeEach, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext, type Role, type WorkerContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { tellReview } from "#lib/delivery/tell-review.ts";
import { assignTeam, createTeam } from "#lib/identity/teams.ts";
import type { MemberId } from "#lib/ids.ts";
import {
  beginDueReview,
  closeReview,
  decideAccess,
  listReviews,
  openReview,
  scheduleReviews,
  settleSilence,
} from "./review-access.ts";

// No jobs run by themselves here.
const product = testProduct();
const DAY_MS = 86_400_000;
let owner: Context;
let system: WorkerContext;
let member: (role: Role) => Promise<Context>;

const idOf = ({ actor }: Context): MemberId => (actor.kind === "member" ? actor.memberId : ("" as MemberId));
const later = <T extends Context>(ctx: T, days: number): T => ({
  ...ctx,
  now: () => new Date(Date.now() + days * DAY_MS),
});
const rolesNow = async () => {
  const rows = await product().admin`select id, role, removed_at from members
    where organization_id = ${owner.organizationId}`;
  return new Map(rows.map(({ id, role, removed_at }) => [id as string, removed_at ? null : (role as Role)]));
};
const typesOf = async () => (await readChain(owner, null)).entries.map(({ type }) => type);
const underWay = async (ctx = owner) => (await listReviews(ctx)).open!;

beforeEach(async () => {
  const organization = await product().newOrganization();
  member = organization.member;
  owner = await member("owner");
  const actor = { kind: "system", job: "test" } as const;
  system = createContext(product().runtime, { organizationId: organization.id, actor });
});

test("a role is changed by it at once, and to keep who has rights over others takes a reason", async () => {
  const [admin, sender] = [await member("admin"), await member("sender")];
  await openReview(owner);
  const { id: reviewId } = await underWay();
  const on = (ctx: Context) => ({ reviewId, memberId: idOf(ctx) });
  expect(await refusalOf(decideAccess(owner, { ...on(admin), decision: "kept" }))).toBe(
    "evidence/review-reason-missing",
  );
  await decideAccess(owner, { ...on(admin), decision: "kept", reason: "Runs the installation" });
  for (const role of [undefined, "sender"] as const)
    expect(
      await refusalOf(decideAccess(owner, { ...on(sender), decision: "changed", ...(role && { role }) })),
    ).toBe("evidence/review-role-wrong");
  expect(await refusalOf(decideAccess(owner, { ...on(owner), decision: "changed", role: "viewer" }))).toBe(
    "evidence/review-self",
  );
  await decideAccess(owner, { ...on(sender), decision: "changed", role: "viewer", reason: "Reads only" });
  expect((await rolesNow()).get(idOf(sender))).toBe("viewer");
  const { data } = (await readChain(owner, null)).entries.findLast(
    ({ type }) => type === "access-review.decided",
  )!;
  expect(data).toMatchObject({ decision: "changed", from: "sender", to: "viewer", reason: "Reads only" });
  expect(await typesOf()).toContain("member.changed");
  // An admin makes nobody an owner by it.
  expect(await refusalOf(decideAccess(admin, { ...on(sender), decision: "changed", role: "owner" }))).toBe(
    "authorize/not-allowed",
  );
});

test("who leads a team sees and decides on its senders and viewers, and nobody else", async () => {
  const [lead, theirs, counsel, other] = [
    ...[await member("sender"), await member("sender"), await member("counsel"), await member("sender")],
  ] as [Context, Context, Context, Context];
  const teamId = await createTeam(owner, { name: "North" });
  for (const [ctx, isLead] of [
    [lead, true],
    [theirs, false],
    [counsel, false],
  ] as const)
    await assignTeam(owner, { memberId: idOf(ctx), teamId, isLead });
  const leading = { ...lead, actor: { ...lead.actor, leads: [idOf(theirs), idOf(counsel)] } } as Context;
  await openReview(owner, { scope: "teams" });
  const { id: reviewId, items } = await underWay();
  expect(items.map(({ memberId }) => memberId).sort()).toEqual([idOf(theirs), idOf(counsel)].sort());
  expect((await underWay(leading)).items.map(({ memberId }) => memberId)).toEqual([idOf(theirs)]);
  const on = (ctx: Context) => ({ reviewId, memberId: idOf(ctx) });
  expect(await refusalOf(decideAccess(leading, { ...on(counsel), decision: "removed", reason: "No" }))).toBe(
    "evidence/not-found",
  );
  expect(await refusalOf(decideAccess(leading, { ...on(theirs), decision: "changed", role: "admin" }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(listReviews(other))).toBe("authorize/not-allowed");
  await decideAccess(leading, { ...on(theirs), decision: "removed", reason: "Moved away" });
  expect((await rolesNow()).get(idOf(theirs))).toBeNull();
  expect(await refusalOf(closeReview(leading, { reviewId }))).toBe("authorize/not-allowed");
});

test("a review of who has rights over others is about them alone", async () => {
  const [admin] = [await member("admin"), await member("viewer")];
  await openReview(owner, { scope: "privileged", days: 3 });
  const { items, dueOn } = await underWay();
  expect(items.map(({ memberId }) => memberId).sort()).toEqual([idOf(owner), idOf(admin)].sort());
  expect(dueOn).toBe(new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10));
});

describe("without an answer", () => {
  test("those are taken out of whom that was said, but no owner, of which owners are told once", async () => {
    const [admin, viewer] = [await member("admin"), await member("viewer")];
    await openReview(owner, { days: 2, onSilence: "revoke" });
    const { id: reviewId } = await underWay();
    await decideAccess(owner, { reviewId, memberId: idOf(admin), decision: "kept", reason: "Runs it" });
    await settleSilence(later(system, 2));
    expect((await rolesNow()).get(idOf(viewer))).toBe("viewer");
    for (const days of [3, 4]) await settleSilence(later(system, days));
    const roles = await rolesNow();
    expect([roles.get(idOf(viewer)), roles.get(idOf(admin)), roles.get(idOf(owner))]).toEqual([
      ...[null, "admin", "owner"],
    ]);
    const { entries } = await readChain(owner, null);
    const overdue = entries.filter(({ type }) => type === "access-review.overdue");
    expect(overdue.map(({ data }) => data.members)).toEqual([1]);
    expect(entries.findLast(({ type }) => type === "access-review.decided")!.data).toMatchObject({
      ...{ decision: "removed", because: "no-answer", member: idOf(viewer) },
    });
    await tellReview(system, { eventId: overdue[0]!.id, reviewId, isOverdue: true });
    expect((await readOutbox(owner))!.map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/^An access review is overdue/),
    );
  });

  test("it ends by itself where nobody is left to decide on", async () => {
    const viewer = await member("viewer");
    await openReview(owner, { days: 1, onSilence: "revoke" });
    const { id: reviewId } = await underWay();
    await decideAccess(owner, { reviewId, memberId: idOf(owner), decision: "kept", reason: "Owner" });
    await settleSilence(later(system, 2));
    expect((await rolesNow()).get(idOf(viewer))).toBeNull();
    expect((await listReviews(owner)).open).toBeNull();
    expect(await typesOf()).toContain("access-review.closed");
  });

  test("nobody is taken out where owners are to be told instead", async () => {
    const viewer = await member("viewer");
    await openReview(owner, { days: 1 });
    await settleSilence(later(system, 2));
    expect((await rolesNow()).get(idOf(viewer))).toBe("viewer");
    expect((await underWay()).items.every(({ decision }) => decision === null)).toBe(true);
    expect(await typesOf()).toContain("access-review.overdue");
  });
});

test("every quarter that begins after it was settled one is begun by itself, once", async () => {
  const terms = { scope: "privileged", days: 14, onSilence: "escalate" } as const;
  await scheduleReviews(owner, { terms });
  expect((await listReviews(owner)).schedule).toEqual(terms);
  await beginDueReview(system);
  expect((await listReviews(owner)).open).toBeNull();
  const nextQuarter = later(system, 93);
  for (const _ of [1, 2]) await beginDueReview(nextQuarter);
  expect(await underWay()).toMatchObject({ onSilence: "escalate", items: [{ role: "owner" }] });
  expect((await typesOf()).filter((type) => type === "access-review.opened")).toHaveLength(1);
  await scheduleReviews(owner, { terms: null });
  expect((await listReviews(owner)).schedule).toBeNull();
  expect(await refusalOf(scheduleReviews(await member("counsel"), { terms }))).toBe("authorize/not-allowed");
});
