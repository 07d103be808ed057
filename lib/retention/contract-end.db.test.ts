import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass, changeClass } from "./add-class.ts";
import { approveShorter } from "./approve-shorter.ts";
import { chooseClass } from "./choose-class.ts";
import { getRetention } from "./get-retention.ts";
import { listPurges } from "./list-purges.ts";
import { planPurges } from "./plan-purges.ts";
import { setContractEnd } from "./set-contract-end.ts";
import { completedLongAgo, office, PASSWORD } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const LEASE = {
  ...{ name: "Leases", years: 7, basis: "Limitation of claims", isDefault: false },
  countsFrom: "contract-end",
} as const;
const DAY_MS = 86_400_000;
const yearsAgo = (years: number, days = 0): string => {
  const at = new Date(Date.now() + days * DAY_MS);
  at.setUTCFullYear(at.getUTCFullYear() - years);
  return at.toISOString().slice(0, 10);
};
const after = (day: string, years: number): string => {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCFullYear(at.getUTCFullYear() + years);
  return new Date(at.getTime() + DAY_MS).toISOString().slice(0, 10);
};

async function lease(years: number) {
  const people = await office(product());
  const classId = await addClass(people.owner, { ...LEASE, trigger: "completion" });
  const { id } = await completedLongAgo(product(), people.sender, years);
  const envelopeId = id as EnvelopeId;
  await chooseClass(people.sender, { envelopeId, classId });
  return { ...people, classId, envelopeId };
}

test("nothing is destroyed while nobody has said when the contract ends, however long ago it was signed", async () => {
  const { system, sender, owner, envelopeId } = await lease(20);
  expect(await planPurges(system)).toBe(0);
  expect(await getRetention(sender, { envelopeId })).toMatchObject({
    ...{ dueOn: null, class: { name: "Leases", countsFrom: "contract-end" } },
    contract: { endsOn: null, startsOn: null, fieldId: null },
  });
  // Seven years after its end there are two days left; then it is over.
  const endsOn = yearsAgo(7, 1);
  await setContractEnd(sender, { envelopeId, endsOn });
  expect(await getRetention(sender, { envelopeId })).toMatchObject({
    ...{ dueOn: after(endsOn, 7), contract: { endsOn, startsOn: endsOn } },
  });
  expect(await planPurges(system)).toBe(1);
  expect((await listPurges(owner)).queued).toMatchObject([{ envelopeId, isDue: false }]);
  // Whoever moves the contract's end takes it out of the queue again.
  await setContractEnd(sender, { envelopeId, endsOn: yearsAgo(-1) });
  await planPurges(system);
  expect((await listPurges(owner)).queued).toEqual([]);
  expect(await planPurges(system)).toBe(0);
  await setContractEnd(sender, { envelopeId });
  expect((await getRetention(sender, { envelopeId })).dueOn).toBeNull();
  const { entries } = await readChain(sender, envelopeId);
  const said = entries.filter(({ type }) => type === "contract-end.set").map(({ data }) => data.endsOn);
  expect(said).toEqual([endsOn, yearsAgo(-1), null]);
});

test("a contract that ended before it was signed counts from when it was signed", async () => {
  const { system, sender, envelopeId } = await lease(3);
  await setContractEnd(sender, { envelopeId, endsOn: "1999-12-31" });
  const { dueOn, contract } = await getRetention(sender, { envelopeId });
  expect(contract).toMatchObject({ endsOn: "1999-12-31" });
  expect(contract!.startsOn! > "1999-12-31").toBe(true);
  expect(dueOn).toBe(after(contract!.startsOn!, 7));
  expect(await planPurges(system)).toBe(0);
});

test("the day is taken from a date that a signer entered, once it is there", async () => {
  const { system, sender, envelopeId } = await lease(20);
  const { admin } = product();
  const [field] = await admin`update fields set type = 'day', label = 'End of lease'
    where envelope_id = ${envelopeId} and type = 'text' returning id, organization_id`;
  const fieldId = field!.id as string;
  const other = await lease(20);
  const wrong = setContractEnd(other.sender, { envelopeId: other.envelopeId, fieldId });
  expect(await refusalOf(wrong)).toBe("retention/contract-field-wrong");
  await setContractEnd(sender, { envelopeId, fieldId });
  const enter = (value: string) =>
    admin`insert into field_values (organization_id, field_id, value, saved_at)
      values (${field!.organization_id}, ${fieldId}, ${value}, now())
      on conflict (field_id) do update set value = excluded.value`;
  for (const nothing of ["", "soon", "2019-02-30", "0000"]) {
    await enter(nothing);
    expect(await getRetention(sender, { envelopeId })).toMatchObject({
      ...{ dueOn: null, contract: { endsOn: null, fieldLabel: "End of lease", fields: [{ id: fieldId }] } },
    });
    expect(await planPurges(system)).toBe(0);
  }
  await enter(yearsAgo(9));
  expect((await getRetention(sender, { envelopeId })).dueOn).toBe(after(yearsAgo(9), 7));
  expect(await planPurges(system)).toBe(1);
});

test("only what was completed has a contract's end, said by whose envelope it is", async () => {
  const { owner, person, classId, sender, envelopeId } = await lease(1);
  expect(await refusalOf(addClass(owner, { ...LEASE, name: "Voided", trigger: "void" }))).toBe(
    "retention/class-without-contract",
  );
  const voided = await addClass(owner, { ...LEASE, name: "Voided", countsFrom: "end", trigger: "void" });
  expect(await refusalOf(changeClass(owner, { ...LEASE, name: "Voided", classId: voided }))).toBe(
    "retention/class-without-contract",
  );
  await changeClass(owner, { ...LEASE, countsFrom: "end", classId });
  await approveShorter(await person("counsel"), { classId, password: PASSWORD });
  expect((await getRetention(sender, { envelopeId })).contract).toBeNull();
  const set = (ctx: typeof sender, endsOn = "2030-01-01") =>
    refusalOf(setContractEnd(ctx, { envelopeId, endsOn }));
  expect(await set(await person("sender"))).toBe("authorize/not-allowed");
  expect(await set(await person("viewer"))).toBe("authorize/not-allowed");
  expect(await set(await (await product().newOrganization()).member("owner"))).toBe("retention/not-found");
  expect(await set(sender, "2026-02-30")).toBe("retention/contract-end-wrong");
  expect(await set(await person("counsel"))).toBeUndefined();
});

test("many that wait for their contract's end keep none of the others from its day", async () => {
  const { system, sender, owner, envelopeId } = await lease(30);
  const { admin } = product();
  // As many again as are looked at in one go, all of them older, and one behind them that is due.
  await admin`insert into envelopes
    select (e.rest).* from (
      select jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'short_id', 'WH-' || n)) as rest
      from envelopes e, generate_series(1, 600) n where e.id = ${envelopeId}) e`;
  await admin`insert into envelope_retention
    select r.organization_id, e.id, r.class_id, r.chosen_by, r.chosen_at from envelopes e
    join envelope_retention r on r.envelope_id = ${envelopeId} where e.short_id like 'WH-%' and e.id <> ${envelopeId}
    and e.organization_id = r.organization_id`;
  const due = await completedLongAgo(product(), sender, 8);
  expect(await planPurges(system)).toBe(1);
  expect((await listPurges(owner)).queued.map((one) => one.envelopeId)).toEqual([due.id]);
});
