import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext, type Role } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { PROJECT_STEP_NAMES } from "#lib/signing/core/key-project.ts";
import { OUR_SCRIPTS } from "#lib/signing/core/key-scripts.ts";
import { getCeremony, listCeremonies } from "#lib/signing/key-ceremonies/get-ceremonies.ts";
import {
  recordInCeremony,
  signOffCeremony,
  startKeyCeremony,
} from "#lib/signing/key-ceremonies/hold-ceremony.ts";
import { listKeyScripts, publishKeyScript } from "#lib/signing/key-ceremonies/key-scripts.ts";
import { changeProjectStep, doProjectStep } from "#lib/signing/key-projects/do-step.ts";
import { getKeyProject, listKeyProjects } from "#lib/signing/key-projects/get-key-projects.ts";
import { remindProjectSteps } from "#lib/signing/key-projects/remind-steps.ts";
import { startKeyProject } from "#lib/signing/key-projects/start-key-project.ts";
import { downloadKeyRecord, findKeyRecord } from "./key-records/download-key-record.ts";
import { sealKeyRecord } from "./key-records/seal-key-record.ts";
import { recordOf, strangersRead } from "./testing-records.ts";

const product = testProduct({ runsJobs: true });
const PASSWORD = "velvet otter climbs";
const memberOf = ({ actor }: Context) => (actor.kind === "member" ? actor.memberId : (undefined as never));

async function office() {
  const { runtime, admin, newOrganization } = product();
  const organization = await newOrganization();
  const hash = await hashPassword(PASSWORD);
  const person = async (role: Role) => {
    const ctx = await organization.member(role);
    const { actor } = ctx;
    if (actor.kind === "member")
      await admin`update accounts set password_hash = ${hash} where id = ${actor.accountId}`;
    return ctx;
  };
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: organization.id, actor });
  return { system, person, owner: await person("owner"), counsel: await person("counsel") };
}

const PLAN = {
  title: "Seal key to the HSM in Delft",
  scope: "The seal key of the leasing department",
  authority: "Decision 2026-77 of the board",
  formats: "PKCS#12, AES-256",
  startsOn: "2026-12-01",
};
const eventTypes = async (like: string) => {
  const rows = await product().admin<{ body: string }[]>`
    select body from audit_events where body like ${`%"type":"${like}%`} order by occurred_at, sequence`;
  return rows.map(({ body }) => (JSON.parse(body) as { type: string }).type);
};

test("a key project runs from day 0 to day 30 and ends as a sealed checklist", async () => {
  const { owner, counsel, system } = await office();
  const projectId = await startKeyProject(owner, { ...PLAN, ownerId: memberOf(owner) });
  const step = { projectId, step: "policy-review" } as const;
  await changeProjectStep(owner, { ...step, ownerId: memberOf(counsel), dueOn: "2026-12-09" });
  const done = (ctx: Context, step: (typeof PROJECT_STEP_NAMES)[number], more = {}) =>
    refusalOf(doProjectStep(ctx, { projectId, step, evidence: `Ticket of ${step}`, ...more }));
  expect(await done(counsel, "plan")).toBe("signing/project-not-yours");
  expect(await done(owner, "audit-review")).toBe("signing/project-steps-open");
  expect(await done(owner, "plan", { evidence: " " })).toBe("signing/export-text-missing");
  for (const name of PROJECT_STEP_NAMES.slice(0, -2))
    expect(await done(owner, name, { isWaived: name === "import" })).toBeUndefined();
  expect(await done(owner, "plan")).toBe("signing/project-step-done");
  expect(await done(counsel, "policy-review")).toBeUndefined();
  expect(await findKeyRecord(owner, { kind: "project", subjectId: projectId })).toBeNull();
  expect(await done(owner, "audit-review")).toBeUndefined();

  const about = { kind: "project", subjectId: projectId } as const;
  const pdf = await recordOf(counsel, about);
  const { text, attached } = strangersRead(pdf);
  expect(text).toContain("Key project: Seal key to the HSM in Delft");
  for (const words of [
    "Decision 2026-77",
    "Ticket of transfer",
    "Not needed: Ticket of import",
    "2026-12-31",
  ])
    expect(text).toContain(words);
  expect(attached).toMatchObject({ title: PLAN.title, done: 8, total: 8 });
  await sealKeyRecord(system, about);
  expect(await product().admin`select from key_records where subject_id = ${projectId}`).toHaveLength(1);
  expect(await listKeyProjects(counsel)).toMatchObject([{ id: projectId, done: 8 }]);
  expect(await eventTypes("key-project.")).toEqual([
    ...["key-project.started", "key-project.step-changed", ...Array(8).fill("key-project.step-done")],
    "key-project.completed",
  ]);
});

test("who owns a step is reminded on its day and once more after it", async () => {
  const { owner, counsel, system, person } = await office();
  const projectId = await startKeyProject(owner, { ...PLAN, ownerId: memberOf(counsel) });
  const at = (text: string) => remindProjectSteps({ ...system, now: () => new Date(text) });
  await at("2026-11-29T12:00:00Z");
  await at("2026-12-01T12:00:00Z");
  await at("2026-12-01T13:00:00Z");
  await at("2026-12-02T00:30:00Z");
  const subjects = async () => ((await readOutbox(owner)) ?? []).map(({ subject }) => subject).toSorted();
  await expect
    .poll(subjects, { timeout: 20_000 })
    .toEqual([
      "Due today: Export of “Seal key to the HSM in Delft”",
      "Due today: Plan of “Seal key to the HSM in Delft”",
      "Overdue: Plan of “Seal key to the HSM in Delft”",
    ]);
  const { steps } = await getKeyProject(counsel, { projectId });
  expect(steps.every(({ mayDo, step }) => mayDo === (step !== "audit-review"))).toBe(true);
  const sender = await person("sender");
  expect(await refusalOf(listKeyProjects(sender))).toBe("authorize/not-allowed");
  expect(await refusalOf(startKeyProject(counsel, { ...PLAN, ownerId: memberOf(owner) }))).toBe(
    "authorize/not-allowed",
  );
  for (const ownerId of [memberOf(sender), memberOf((await office()).owner)])
    expect(await refusalOf(startKeyProject(owner, { ...PLAN, ownerId }))).toBe(
      "signing/project-owner-unknown",
    );
  expect(await refusalOf(getKeyProject((await office()).owner, { projectId }))).toBe("signing/not-found");
});

async function ceremony() {
  const people = await office();
  const [leader, operator, first, second] = [
    people.owner,
    ...(await Promise.all(["admin", "viewer", "sender"].map((role) => people.person(role as Role)))),
  ];
  const witness = await people.person("viewer");
  const [script] = OUR_SCRIPTS;
  const roles = [
    { memberId: memberOf(leader!), role: "administrator" as const },
    { memberId: memberOf(operator!), role: "operator" as const },
    { memberId: memberOf(first!), role: "custodian" as const },
    { memberId: memberOf(second!), role: "custodian" as const },
    { memberId: memberOf(witness), role: "witness" as const },
  ];
  const input = { title: "Seal key 2027", place: "Room 4, Delft", scriptName: script!.name, people: roles };
  return {
    ...people,
    leader: leader!,
    operator: operator!,
    custodians: [first!, second!],
    witness,
    input,
    script: script!,
  };
}

test("a ceremony goes step by step, is signed off by all, and ends as a sealed record", async () => {
  const { leader, operator, custodians, witness, counsel, input, script, person } = await ceremony();
  const ceremonyId = await startKeyCeremony(leader, input);
  const act = (ctx: Context, act: Parameters<typeof recordInCeremony>[1]["act"]) =>
    refusalOf(recordInCeremony(ctx, { ceremonyId, act }));
  const sign = (ctx: Context, password = PASSWORD) =>
    refusalOf(signOffCeremony(ctx, { ceremonyId, password }));
  const step = (number: number) =>
    ({ kind: "step", number, output: `Seen ${number}`, initials: "OO" }) as const;
  const asked = async () => ((await readOutbox(leader)) ?? []).map(({ subject }) => subject);
  await expect.poll(asked, { timeout: 20_000 }).toEqual(Array(5).fill("Key ceremony: “Seal key 2027”"));
  expect(await act(operator, step(2))).toBe("signing/ceremony-out-of-order");
  expect(await act(witness, step(1))).toBe("signing/ceremony-not-leading");
  expect(await act(counsel, step(1))).toBe("signing/ceremony-not-yours");
  for (const [index] of script.steps.entries()) expect(await act(operator, step(index + 1))).toBeUndefined();
  expect(await act(leader, { kind: "fact", label: "HSM serial number", value: "HSM-0042" })).toBeUndefined();
  expect(
    await act(witness, { kind: "deviation", number: 3, text: "Bag 12 was opened twice." }),
  ).toBeUndefined();
  expect(await sign(witness, "wrong")).toBe("identity/current-password-wrong");
  expect(await sign(counsel)).toBe("signing/ceremony-not-yours");
  for (const one of [witness, ...custodians, operator]) expect(await sign(one)).toBeUndefined();
  expect(await sign(witness)).toBe("signing/ceremony-signed-off");
  expect(await act(leader, { kind: "fact", label: "Late", value: "too late" })).toBe(
    "signing/ceremony-signed-off",
  );
  expect((await getCeremony(witness, { ceremonyId })).state).toBe("under-way");
  expect(await sign(leader)).toBeUndefined();
  expect(await getCeremony(counsel, { ceremonyId })).toMatchObject({ state: "completed", brokenAt: null });

  const pdf = await recordOf(witness, { kind: "ceremony", subjectId: ceremonyId });
  const { text, attached } = strangersRead(pdf);
  for (const words of [
    "Key ceremony: Seal key 2027",
    "HSM-0042",
    "Bag 12 was opened twice.",
    "Seen 12",
    "Independent witness",
  ])
    expect(text).toContain(words);
  expect(attached).toMatchObject({ scriptVersion: 1, state: "completed" });
  const stranger = await person("viewer");
  expect(await listCeremonies(stranger)).toEqual([]);
  expect(await refusalOf(getCeremony(stranger, { ceremonyId }))).toBe("signing/not-found");
  const about = { kind: "ceremony", subjectId: ceremonyId } as const;
  expect(await refusalOf(downloadKeyRecord(stranger, about))).toBe("signing/not-found");

  await product().admin`update key_ceremony_entries set body = replace(body, 'HSM-0042', 'HSM-0043')`;
  expect((await getCeremony(counsel, { ceremonyId })).brokenAt).toBe(12);
});

test("a ceremony that is broken off is on record too", async () => {
  const { leader, operator, counsel, input, witness } = await ceremony();
  const refused = (change: object) => refusalOf(startKeyCeremony(leader, { ...input, ...change }));
  expect(await refused({ people: input.people.slice(1) })).toBe("signing/ceremony-roles");
  expect(await refused({ people: [...input.people, { ...input.people[0]!, role: "auditor" }] })).toBe(
    "signing/ceremony-person-twice",
  );
  const other = { memberId: memberOf((await office()).owner), role: "auditor" };
  expect(await refused({ people: [...input.people, other] })).toBe("signing/ceremony-person-unknown");
  expect(await refused({ scriptName: "Nothing of the kind" })).toBe("signing/script-unknown");
  expect(await refused({ place: " " })).toBe("signing/export-text-missing");
  expect(await refusalOf(startKeyCeremony(counsel, input))).toBe("authorize/not-allowed");
  const ceremonyId = await startKeyCeremony(leader, input);
  const act = { kind: "abandoned", text: "Fire alarm in the building" } as const;
  expect(await refusalOf(recordInCeremony(operator, { ceremonyId, act }))).toBe(
    "signing/ceremony-not-leading",
  );
  await recordInCeremony(leader, { ceremonyId, act });
  expect(await refusalOf(signOffCeremony(witness, { ceremonyId, password: PASSWORD }))).toBe(
    "signing/ceremony-ended",
  );
  const { text } = strangersRead(await recordOf(leader, { kind: "ceremony", subjectId: ceremonyId }));
  expect(text).toContain("Fire alarm in the building");
  expect(text).toContain("Broken off");
});

test("a script has versions, and a ceremony keeps the wording it began with", async () => {
  const { leader, counsel, input, script } = await ceremony();
  const text = "Read this aloud.\n> It is heard.\n\nAnd this.";
  const before = await startKeyCeremony(leader, input);
  const own = { name: script.name, custodiansNeeded: 1, text };
  expect(await publishKeyScript(leader, own)).toBe(2);
  expect(await publishKeyScript(leader, { ...own, text: `${text}\n\nThird.` })).toBe(3);
  expect(await refusalOf(publishKeyScript(leader, { ...own, text: "> nothing said" }))).toBe(
    "signing/script-unreadable",
  );
  expect(await refusalOf(publishKeyScript(counsel, own))).toBe("authorize/not-allowed");
  const scripts = await listKeyScripts(counsel);
  expect(scripts.find(({ name }) => name === script.name)).toMatchObject({
    version: 3,
    steps: { length: 3 },
  });
  const after = await startKeyCeremony(leader, input);
  expect((await getCeremony(leader, { ceremonyId: before })).steps).toEqual(script.steps);
  expect((await getCeremony(leader, { ceremonyId: after })).scriptVersion).toBe(3);
});
