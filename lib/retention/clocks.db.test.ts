import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { tagEnvelope } from "#lib/envelopes/organize.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { openEnvelope } from "#lib/evidence/access/open-envelope.ts";
import { sent } from "#lib/signing/testing.ts";
import { addClass, changeClass } from "./add-class.ts";
import { addRule } from "./change-rules.ts";
import { chooseClass } from "./choose-class.ts";
import { getHits } from "./get-hits.ts";
import { getRetention } from "./get-retention.ts";
import { getSchedule } from "./get-schedule.ts";
import { planPurges } from "./plan-purges.ts";
import { endLongAgo, office } from "./testing.ts";

// No jobs run by themselves here.
const product = testProduct();
const KEPT = { years: 7, basis: "Limitation of claims", isDefault: false, trigger: "void" } as const;

async function voided(ctx: Context, years: number) {
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(ctx, { envelopeId, reason: "Superseded" });
  await endLongAgo(product(), envelopeId, years);
  return envelopeId;
}

test("years that count from the closing of the sender's account stand still while they are there", async () => {
  const { owner, person, system } = await office(product());
  const { admin } = product();
  const leaving = await person("sender");
  const classId = await addClass(owner, { ...KEPT, name: "Accounts", countsFrom: "owner-left" });
  const envelopeId = await voided(leaving, 20);
  await chooseClass(leaving, { envelopeId, classId });
  expect((await getRetention(leaving, { envelopeId })).dueOn).toBeNull();
  expect(await planPurges(system)).toBe(0);
  expect((await getHits(owner))?.ofClass.get(classId)).toEqual({ count: 1, standing: 1, firstDueOn: null });

  const memberId = leaving.actor.kind === "member" ? leaving.actor.memberId : "";
  await admin`update members set removed_at = now() - interval '7 years' + interval '3 days' where id = ${memberId}`;
  const { dueOn } = await getRetention(owner, { envelopeId });
  expect((await getHits(owner))?.ofClass.get(classId)).toEqual({ count: 1, standing: 0, firstDueOn: dueOn });
  expect(await planPurges(system)).toBe(1);
});

test("years that count from the last activity begin anew with it, and not with looking", async () => {
  const { owner, counsel, sender, system } = await office(product());
  const classId = await addClass(owner, { ...KEPT, name: "Dormant", countsFrom: "last-activity" });
  const envelopeId = await voided(sender, 20);
  await chooseClass(sender, { envelopeId, classId });
  // Everything in its chain happened now: its years have just begun, and are over in eight.
  expect(await planPurges(system)).toBe(0);
  const { dueOn: first } = await getRetention(owner, { envelopeId });
  expect(first! > new Date().toISOString()).toBe(true);
  const inYears = <T extends Context>(ctx: T, years: number): T => ({
    ...ctx,
    now: () => new Date(Date.now() + years * 366 * 86_400_000),
  });
  await openEnvelope(inYears(counsel, 6), { envelopeId });
  expect((await getRetention(owner, { envelopeId })).dueOn).toBe(first);
  await tagEnvelope(inYears(sender, 6), { envelopeId, tags: ["dormant"] });
  const { dueOn } = await getRetention(owner, { envelopeId });
  expect(Number(dueOn!.slice(0, 4)) - Number(first!.slice(0, 4))).toBe(6);
  expect(await planPurges(inYears(system, 8))).toBe(0);
  expect(await planPurges(inYears(system, 14))).toBe(1);
});

test("a class that begins later than another is not changed to begin sooner without counsel", async () => {
  const { owner } = await office(product());
  const content = { ...KEPT, name: "Dormant", countsFrom: "last-activity" } as const;
  const classId = await addClass(owner, content);
  await changeClass(owner, { ...content, classId, countsFrom: "end" });
  expect((await getSchedule(owner)).classes).toMatchObject([
    { countsFrom: "last-activity", asked: { countsFrom: "end", years: 7 } },
  ]);
});

test("of each class and rule it is told how much it decides about now, and when the first is due", async () => {
  const { owner, sender } = await office(product());
  const { admin } = product();
  const classId = await addClass(owner, { ...KEPT, name: "Leases", years: 10 });
  await addRule(owner, { classId, kind: "tag", value: "Lease" });
  await addRule(owner, { classId, kind: "person", value: "example.com" });
  const [byTag, byPerson, chosen] = [
    await voided(sender, 2),
    await voided(sender, 3),
    await voided(sender, 1),
  ];
  await admin`update envelopes set tags = ${["lease"]} where id = ${byTag}`;
  await chooseClass(sender, { envelopeId: chosen, classId });
  const rules = (await getSchedule(owner)).classes[0]!.rules;
  const hits = (await getHits(owner))!;
  const due = async (envelopeId: typeof byTag) => (await getRetention(owner, { envelopeId })).dueOn;
  expect(hits.ofClass.get(classId)).toEqual({ count: 3, standing: 0, firstDueOn: await due(byPerson) });
  // Of two rules that find one, the one that decides has it.
  const counts = rules.map(({ id }) => hits.ofRule.get(id)?.count ?? 0);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(await getHits(owner, 1)).toSatisfy((found) => found === null || found.ofClass.size === 1);
});
