import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { endAgreement, recordAgreement } from "#lib/envelopes/agreements/record-agreement.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { sent } from "#lib/signing/testing.ts";
import { addClass, retireClass } from "./add-class.ts";
import { addRule, removeRule } from "./change-rules.ts";
import { chooseClass } from "./choose-class.ts";
import { getRetention } from "./get-retention.ts";
import { getSchedule } from "./get-schedule.ts";
import { keepingFacts } from "./keeping-facts.ts";
import { planPurges } from "./plan-purges.ts";
import { endLongAgo, office } from "./testing.ts";

// No jobs run by themselves here.
const product = testProduct();
const CLASS = { basis: "Limitation of claims", isDefault: false, trigger: "void" } as const;
const TEMPLATE = "01890000-0000-7000-8000-000000000001";

async function voided(ctx: Parameters<typeof sent>[0], name = "Ana Ruiz"): Promise<EnvelopeId> {
  const { envelopeId } = await sent(ctx, [{ name }]);
  await voidEnvelope(ctx, { envelopeId, reason: "Superseded" });
  return envelopeId;
}

test("a rule gives a class to what it finds, now and later, and the envelope says why", async () => {
  const { admin } = product();
  const { owner, counsel, sender, system, person } = await office(product());
  const classOf = (name: string, years: number) => addClass(owner, { ...CLASS, name, years });
  const [ten, twelve, twenty] = [
    await classOf("Ten", 10),
    await classOf("Twelve", 12),
    await classOf("Twenty", 20),
  ];
  const [one, other] = [await voided(sender), await voided(sender, "Ben Okafor")];
  const why = async (envelopeId: EnvelopeId) => {
    const { class: decisive, because, ruleName } = await getRetention(sender, { envelopeId });
    return [decisive.name, because.how, ruleName];
  };
  expect(await why(one)).toEqual(["Standard", "standard", null]);

  await addRule(owner, { classId: ten, kind: "tag", value: "Harbor" });
  await addRule(owner, { classId: ten, kind: "tag", value: "harbor" });
  await addRule(counsel, { classId: twelve, kind: "person", value: "@Example.com" });
  await addRule(owner, { classId: twenty, kind: "person", value: "ben.okafor@example.com" });
  await addRule(owner, { classId: twenty, kind: "template", value: TEMPLATE });
  await addRule(owner, { classId: twenty, kind: "jurisdiction", value: "us-ca" });
  expect(await why(one)).toEqual(["Twelve", "rule", "example.com"]);
  // Of several, the one that keeps longest.
  expect(await why(other)).toEqual(["Twenty", "rule", "ben.okafor@example.com"]);
  await admin`update envelopes set tags = '{HARBOR}' where id = ${one}`;
  expect(await why(one)).toEqual(["Twelve", "rule", "example.com"]);
  await admin`update envelopes set template_id = ${TEMPLATE} where id = ${one}`;
  expect(await why(one)).toEqual(["Twenty", "rule", TEMPLATE]);
  expect((await keepingFacts(system, { envelopeId: one })).rule).toMatchObject({
    name: "Twenty",
    isChosen: false,
  });
  // What somebody chose goes before.
  await chooseClass(sender, { envelopeId: one, classId: ten });
  expect(await why(one)).toEqual(["Ten", "chosen", null]);
  await chooseClass(sender, { envelopeId: one, classId: null });
  const later = await voided(sender);
  expect(await why(later)).toEqual(["Twelve", "rule", "example.com"]);

  const { classes } = await getSchedule(owner);
  const rulesOf = (id: string) => classes.find((row) => row.id === id)!.rules;
  expect(rulesOf(ten)).toMatchObject([{ kind: "tag", name: "harbor" }]);
  expect(rulesOf(twenty).map(({ kind }) => kind)).toEqual(["jurisdiction", "person", "template"]);

  expect(await refusalOf(retireClass(owner, { classId: ten }))).toBe("retention/class-has-rules");
  expect(await refusalOf(addRule(owner, { classId: ten, kind: "person", value: "nobody" }))).toBe(
    "retention/rule-wrong",
  );
  expect(await refusalOf(addRule(sender, { classId: ten, kind: "tag", value: "x" }))).toBe(
    "authorize/not-allowed",
  );
  const stranger = await office(product());
  expect(await refusalOf(addRule(stranger.owner, { classId: ten, kind: "tag", value: "x" }))).toBe(
    "retention/not-found",
  );
  const [rule] = rulesOf(ten);
  expect(await refusalOf(removeRule(stranger.owner, { ruleId: rule!.id }))).toBe("retention/not-found");
  await removeRule(await person("admin"), { ruleId: rule!.id });
  await retireClass(owner, { classId: ten });
  const types = (await readChain(owner, null)).entries.map(({ type }) => type);
  expect(types.filter((type) => type === "retention-rule.added")).toHaveLength(5);
  expect(types.filter((type) => type === "retention-rule.removed")).toHaveLength(1);
});

test("the queue goes by the class that a rule gives: nothing comes up early, and what is due comes up", async () => {
  const { owner, sender, system } = await office(product());
  const twelve = await addClass(owner, { ...CLASS, name: "Twelve", years: 12 });
  await addClass(owner, { ...CLASS, name: "Twenty", years: 20, isDefault: true });
  const [ruled, left] = [await voided(sender), await voided(sender, "Ben Okafor")];
  await addRule(owner, { classId: twelve, kind: "person", value: "ana.ruiz@example.com" });
  for (const envelopeId of [ruled, left]) await endLongAgo(product(), envelopeId, 11);
  expect(await planPurges(system)).toBe(0);
  for (const envelopeId of [ruled, left]) await endLongAgo(product(), envelopeId, 12);
  expect(await planPurges(system)).toBe(1);
  expect((await getRetention(sender, { envelopeId: ruled })).queue).toBe("due");
  expect((await getRetention(sender, { envelopeId: left })).queue).toBeNull();
  // A longer class that comes to apply takes it out again.
  const thirty = await addClass(owner, { ...CLASS, name: "Thirty", years: 30 });
  await addRule(owner, { classId: thirty, kind: "person", value: "example.com" });
  await planPurges(system);
  expect((await getRetention(sender, { envelopeId: ruled })).queue).toBeNull();
});

test("health data is kept as long as the agreement asks under which it was sent, if that is longer", async () => {
  const { admin } = product();
  const { owner, sender, system } = await office(product());
  const today = new Date().toISOString().slice(0, 10);
  const record = (coveredEntity: string, keepYears: number | "", more = {}) =>
    recordAgreement(owner, {
      ...{ coveredEntity, businessAssociate: "Harbour Studio", keepYears },
      ...{ signedOn: "2024-02-29", fileName: "baa.pdf", bytes: contract(), ...more },
    });
  await record("Mill Street Practice", 10);
  await record("Long Clinic", 15);
  await record("Silent Clinic", "");
  const [silent] =
    await admin`select keep_years from business_agreements where covered_entity = 'Silent Clinic'`;
  expect(silent!.keep_years).toBeNull();
  await record("Past Clinic", 40, { endsOn: "2025-01-01" });
  expect(await refusalOf(record("Odd Clinic", 101))).toContain("too_big");
  const health = await voided(sender);
  await admin`update documents set holds_health = true where envelope_id = ${health}`;
  const plain = await voided(sender, "Ben Okafor");
  const view = await getRetention(sender, { envelopeId: health });
  const dayIn = (years: number) => {
    const day = new Date(`${today}T00:00:00Z`);
    day.setUTCFullYear(day.getUTCFullYear() + years);
    return new Date(day.getTime() + 86_400_000).toISOString().slice(0, 10);
  };
  expect(view).toMatchObject({
    ...{ because: { how: "standard" }, dueOn: dayIn(15) },
    agreed: { coveredEntity: "Long Clinic", years: 15, dueOn: dayIn(15) },
  });
  expect(await getRetention(sender, { envelopeId: plain })).toMatchObject({ agreed: null, dueOn: dayIn(7) });
  expect((await keepingFacts(system, { envelopeId: health })).rule.dueOn).toBe(dayIn(15));
  // A class that keeps longer than the agreement asks decides alone.
  const twenty = await addClass(owner, { ...CLASS, name: "Twenty", years: 20 });
  await chooseClass(sender, { envelopeId: health, classId: twenty });
  expect((await getRetention(sender, { envelopeId: health })).dueOn).toBe(dayIn(20));
  await chooseClass(sender, { envelopeId: health, classId: null });

  // It was sent under that agreement: taken off the record later, it still asks for what it asked.
  const [row] = await admin<
    { id: string }[]
  >`select id from business_agreements where covered_entity = 'Long Clinic'`;
  await endAgreement(owner, { agreementId: row!.id });
  expect((await getRetention(sender, { envelopeId: health })).dueOn).toBe(dayIn(15));
  for (const [years, queued] of [
    [14, 0],
    [15, 1],
  ] as const) {
    await admin`update envelopes set ended_at = now() - make_interval(years => ${years}, days => 2)
      where id = ${health}`;
    expect([years, await planPurges(system)]).toEqual([years, queued]);
  }
});
