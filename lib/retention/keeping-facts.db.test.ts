import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { requestPackage } from "#lib/evidence/request-package.ts";
import { completed, packageBytes, readyPackage, textIn } from "#lib/evidence/testing-package.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass } from "./add-class.ts";
import { chooseClass } from "./choose-class.ts";
import { dueDay } from "./core/schedule.ts";
import { placeHold } from "./place-hold.ts";
import { office, releasedByTwo } from "./testing.ts";

const product = testProduct({ runsJobs: true });

async function policyOf(ctx: Context, envelopeId: EnvelopeId, asks = true) {
  const id = asks ? await requestPackage(ctx, { envelopeId, reason: "motion" }) : null;
  await readyPackage(ctx, envelopeId, id);
  const bytes = await packageBytes(ctx, envelopeId, id);
  return JSON.parse(textIn(bytes, "09-policy/policy.json"));
}

test("a package says which rule keeps the envelope and which holds are over it, not what they are about", async () => {
  const { owner, counsel, sender } = await office(product());
  const envelopeId = await completed(sender);
  const first = await policyOf(owner, envelopeId, false);
  const dueOn = dueDay(new Date(), 7);
  expect(first.retention).toMatchObject({ name: "Standard", isStandard: true, years: 7, dueOn });
  expect([first.holds, first.templates]).toEqual([[], []]);

  const basis = "Civil Code § 1946";
  const term = { name: "Leases", trigger: "completion", years: 12, basis, isDefault: false } as const;
  const classId = await addClass(owner, { ...term, countsFrom: "contract-end" });
  await chooseClass(sender, { envelopeId, classId });
  const hold = { matter: "Ruiz v. Harbor", reason: "A claim was filed" };
  const holdId = await placeHold(counsel, { ...hold, scope: "person", query: "ana.ruiz@example.com" });
  const held = await policyOf(owner, envelopeId);
  expect(held.retention).toMatchObject({ name: "Leases", isChosen: true, years: 12, basis, dueOn: null });
  expect(held.retention.note).toMatch(/has not happened, or nobody has said/);
  expect(held.holds).toMatchObject([{ hold: holdId, releasedAt: null }]);
  expect(JSON.stringify(held)).not.toMatch(/Harbor|A claim was filed/);

  await releasedByTwo(owner, counsel, holdId);
  const freed = await policyOf(owner, envelopeId);
  expect(freed.holds).toMatchObject([{ hold: holdId, releasedAt: expect.stringContaining("T") }]);
}, 180_000);
