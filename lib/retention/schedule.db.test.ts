import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { WorkerContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { addClass, changeClass, retireClass } from "./add-class.ts";
import { approveShorter, refuseShorter } from "./approve-shorter.ts";
import { listArchive } from "./archive/list-archive.ts";
import { chooseClass } from "./choose-class.ts";
import { approvePurges, reviewPurges } from "./decide-purges.ts";
import { getRetention } from "./get-retention.ts";
import { countRetention, getSchedule } from "./get-schedule.ts";
import { listPurges } from "./list-purges.ts";
import { planPurges } from "./plan-purges.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { resumePurges } from "./resume-purges.ts";
import { endLongAgo, office, PASSWORD } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const LEASE = { name: "Leases", years: 10, basis: "Limitation of claims", isDefault: false };

test("classes are added, changed and retired, and each change is on record", async () => {
  const { owner, counsel, sender, person } = await office(product());
  const admin = await person("admin");
  expect((await getSchedule(counsel)).defaults.void).toMatchObject({ id: null, years: 7 });
  const classId = await addClass(admin, { ...LEASE, trigger: "void" });
  expect(await refusalOf(addClass(sender, { ...LEASE, trigger: "void" }))).toBe("authorize/not-allowed");
  expect(await refusalOf(addClass(admin, { ...LEASE, name: "LEASES", trigger: "void" }))).toBe(
    "retention/class-name-taken",
  );
  expect(await refusalOf(addClass(admin, { ...LEASE, name: "Other", basis: " ", trigger: "void" }))).toBe(
    "retention/class-text-missing",
  );
  // Less than an audit record is kept is for an owner or counsel to say.
  expect(await refusalOf(changeClass(admin, { ...LEASE, classId, years: 3 }))).toBe(
    "retention/class-too-short",
  );
  await changeClass(counsel, { ...LEASE, classId, years: 3, isDefault: true });
  expect((await getSchedule(owner)).defaults.void).toMatchObject({ id: classId, years: 10 });
  const lawyer = await person("counsel");
  await approveShorter(lawyer, { classId, password: PASSWORD });
  expect((await getSchedule(owner)).defaults.void).toMatchObject({ id: classId, years: 3 });
  expect(await refusalOf(retireClass(owner, { classId }))).toBe("retention/class-is-default");
  const other = await addClass(owner, { ...LEASE, name: "Withdrawn", trigger: "void", isDefault: true });
  expect((await getSchedule(owner)).defaults.void.id).toBe(other);
  await retireClass(owner, { classId });
  expect(await refusalOf(changeClass(owner, { ...LEASE, classId }))).toBe("retention/class-retired");
  expect((await getSchedule(owner)).classes.map(({ id }) => id)).toEqual([other]);
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(changeClass(stranger, { ...LEASE, classId: other }))).toBe("retention/not-found");
  const { entries } = await readChain(owner, null);
  const types = entries.map(({ type }) => type).filter((type) => type.startsWith("retention-class."));
  expect(types).toEqual([
    "retention-class.added",
    "retention-class.changed",
    "retention-class.shorter-asked",
    "retention-class.shorter-approved",
    "retention-class.added",
    "retention-class.retired",
  ]);
});

test("a shorter time holds once another person, who is counsel, has approved it with their password", async () => {
  const { owner, counsel, person } = await office(product());
  const [admin, lawyer] = [await person("admin"), await person("counsel")];
  const classId = await addClass(owner, { ...LEASE, years: 0, trigger: "void", isDefault: true });
  const view = async () => (await getSchedule(counsel)).classes[0]!;
  expect(await view()).toMatchObject({ years: 7, asked: { years: 0, countsFrom: "end", isMe: false } });
  for (const ctx of [owner, admin])
    expect(await refusalOf(approveShorter(ctx, { classId, password: PASSWORD }))).toBe(
      "authorize/not-allowed",
    );
  expect(await refusalOf(approveShorter(counsel, { classId, password: "wrong" }))).toBe(
    "identity/current-password-wrong",
  );
  const stranger = await office(product());
  expect(await refusalOf(approveShorter(stranger.counsel, { classId, password: PASSWORD }))).toBe(
    "retention/not-found",
  );
  await refuseShorter(admin, { classId });
  expect(await view()).toMatchObject({ years: 7, asked: null });
  for (const decide of [
    () => refuseShorter(admin, { classId }),
    () => approveShorter(counsel, { classId, password: PASSWORD }),
  ])
    expect(await refusalOf(decide())).toBe("retention/shorter-not-asked");

  await changeClass(admin, { ...LEASE, classId, years: 20 });
  await changeClass(counsel, { ...LEASE, classId, years: 12 });
  expect(await view()).toMatchObject({ years: 20, asked: { years: 12 } });
  expect(await refusalOf(approveShorter(counsel, { classId, password: PASSWORD }))).toBe(
    "retention/shorter-same-person",
  );
  // Who wants it longer after all takes the wish back.
  await changeClass(admin, { ...LEASE, classId, years: 25 });
  expect(await view()).toMatchObject({ years: 25, asked: null });
  await changeClass(counsel, { ...LEASE, classId, years: 12 });
  await approveShorter(lawyer, { classId, password: PASSWORD });
  expect(await view()).toMatchObject({ years: 12, asked: null });
  const [asker] = [counsel.actor.kind === "member" ? counsel.actor.memberId : ""];
  const approved = (await readChain(owner, null)).entries.find(
    ({ type }) => type === "retention-class.shorter-approved",
  );
  expect(approved!.data).toMatchObject({
    class: classId,
    from: { years: 25 },
    to: { years: 12 },
    askedBy: asker,
  });
});

test("a class is chosen before sending or after, by whose envelope it is, and decides about the day", async () => {
  const { owner, sender, person } = await office(product());
  const classId = await addClass(owner, { ...LEASE, trigger: "void" });
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  await chooseClass(sender, { envelopeId: draft.envelopeId, classId });
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  await chooseClass(sender, { envelopeId, classId });
  const other = await person("sender");
  expect(await refusalOf(chooseClass(other, { envelopeId, classId: null }))).toBe("authorize/not-allowed");
  expect(await refusalOf(chooseClass(await person("viewer"), { envelopeId, classId: null }))).toBe(
    "authorize/not-allowed",
  );
  // It is about envelopes that were withdrawn: one that completes is the schedule's.
  expect(await getRetention(sender, { envelopeId })).toMatchObject({
    class: { id: null },
    chosenId: classId,
    dueOn: null,
  });
  await voidEnvelope(sender, { envelopeId, reason: "Superseded" });
  const endedIn = new Date().getUTCFullYear();
  const view = await getRetention(sender, { envelopeId });
  expect(view).toMatchObject({ class: { id: classId, years: 10 }, may: { choose: true } });
  expect(view.dueOn).toMatch(new RegExp(`^${endedIn + 10}-`));
  await retireClass(owner, { classId });
  expect(await getRetention(sender, { envelopeId })).toMatchObject({ class: { id: classId }, choices: [] });
  expect(await refusalOf(chooseClass(sender, { envelopeId: draft.envelopeId, classId }))).toBeUndefined();
  await chooseClass(owner, { envelopeId, classId: null });
  expect(await refusalOf(chooseClass(owner, { envelopeId, classId }))).toBe("retention/class-retired");
  expect(await getRetention(sender, { envelopeId })).toMatchObject({ class: { id: null, years: 7 } });
  const { entries } = await readChain(owner, envelopeId);
  expect(entries.filter(({ type }) => type === "retention-class.chosen")).toHaveLength(2);
});

test("what comes up is queued a fortnight ahead and announced once; a longer class takes it out again", async () => {
  const { owner, counsel, sender, system } = await office(product());
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(sender, { envelopeId, reason: "Superseded" });
  await product().admin`update envelopes set ended_at = now() - interval '7 years' + interval '20 days'
    where id = ${envelopeId}`;
  expect(await planPurges(system)).toBe(0);
  await product().admin`update envelopes set ended_at = now() - interval '7 years' + interval '10 days'
    where id = ${envelopeId}`;
  expect(await planPurges(system)).toBe(1);
  expect((await listPurges(owner)).queued).toMatchObject([{ envelopeId, isDue: false, state: "due" }]);
  expect(await countRetention(owner)).toEqual({ holds: 0, waiting: 1 });
  await expect
    .poll(
      async () =>
        (await readOutbox(owner))?.filter(({ subject }) => /to the end of its time/.test(subject)).length,
      {
        timeout: 20_000,
      },
    )
    .toBe(2);
  await reviewPurges(counsel, { envelopeIds: [envelopeId] });
  const classId = await addClass(owner, { ...LEASE, trigger: "void" });
  await chooseClass(sender, { envelopeId, classId });
  expect(await planPurges(system)).toBe(0);
  expect((await listPurges(owner)).queued).toEqual([]);
  // Three years on it comes up anew, and its review with it.
  await endLongAgo(product(), envelopeId, 10);
  expect(await planPurges(system)).toBe(1);
  expect((await listPurges(owner)).queued).toMatchObject([{ state: "due", years: 10 }]);
  const { entries } = await readChain(owner, envelopeId);
  const stopped = entries.find(({ type }) => type === "purge.stopped");
  expect(stopped!.data).toEqual({ because: "kept-longer", was: "reviewed" });
});

test("what a shortened class makes due at once is announced, again a week before, and destroyed a fortnight on", async () => {
  const { owner, counsel, sender, system } = await office(product());
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(sender, { envelopeId, reason: "Superseded" });
  await endLongAgo(product(), envelopeId, 8);
  const DAY_MS = 86_400_000;
  const after = (days: number): WorkerContext => ({
    ...system,
    now: () => new Date(Date.now() + days * DAY_MS),
  });
  const destroyed = async () => (await getRetention(owner, { envelopeId })).queue;
  const announced = async () =>
    (await readChain(owner, null)).entries.flatMap(({ type, data }) =>
      type === "purge.announced" ? [[data.daysAhead, data.envelopes, data.dueOn]] : [],
    );
  expect(await planPurges(system)).toBe(1);
  const day = new Date(Date.now() + 14 * DAY_MS).toISOString().slice(0, 10);
  expect((await listPurges(owner)).queued).toMatchObject([{ envelopeId, dueOn: day, isDue: false }]);
  await reviewPurges(counsel, { envelopeIds: [envelopeId] });
  await approvePurges(owner, { envelopeIds: [envelopeId], password: PASSWORD });
  await purgeEnvelope(system, { envelopeId });
  await resumePurges(after(6));
  expect(await destroyed()).toBe("approved");
  // Nobody was told again: nothing is destroyed, however long that takes.
  await resumePurges(after(40));
  expect(await destroyed()).toBe("approved");
  await planPurges(after(6));
  expect(await announced()).toEqual([[14, 1, day]]);
  for (const days of [7, 8]) await planPurges(after(days));
  expect(await announced()).toEqual([
    [14, 1, day],
    [7, 1, day],
  ]);
  await resumePurges(after(13));
  expect(await destroyed()).toBe("approved");
  await resumePurges(after(14));
  expect(await destroyed()).toBe("purged");
});

test("lists longer than a page are seen to their end", async () => {
  const { owner, sender, system } = await office(product());
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(sender, { envelopeId, reason: "Superseded" });
  await endLongAgo(product(), envelopeId, 8);
  expect(await planPurges(system)).toBe(1);
  // Copies of both rows: how they came about does not matter here.
  await product().admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into envelopes select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),
      'short_id', 'WH-' || n, 'state', 'completed'))).* from envelopes e, generate_series(1, 260) n where e.id = ${envelopeId}`;
    await sql`insert into purges select (jsonb_populate_record(p, jsonb_build_object('envelope_id', e.id))).*
      from purges p, envelopes e where p.envelope_id = ${envelopeId} and e.short_id like 'WH-%' and e.state = 'completed'
        and e.organization_id = p.organization_id`;
  });
  const pagesOf = async <T extends { hasMore: boolean }>(
    load: (page: number) => Promise<T>,
    listed: (view: T) => readonly { envelopeId: string }[],
  ) => {
    const found: string[][] = [];
    for (let page = 1; ; page++) {
      const view = await load(page);
      found.push(listed(view).map((one) => one.envelopeId));
      if (!view.hasMore) return found;
    }
  };
  const queued = await pagesOf(
    (page) => listPurges(owner, { page }),
    (view) => view.queued,
  );
  expect(queued.map(({ length }) => length)).toEqual([200, 61]);
  expect(new Set(queued.flat()).size).toBe(261);
  const waiting = await pagesOf(
    (page) => listArchive(owner, { page }),
    (view) => view.waiting,
  );
  expect(waiting.map(({ length }) => length)).toEqual([50, 50, 50, 50, 50, 10]);
  expect(new Set(waiting.flat()).size).toBe(260);
});
