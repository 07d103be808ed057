import { afterAll, describe, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type BucketForTests, noS3Because, startS3 } from "#lib/adapters/testing/s3.ts";
import { exportChain, readChain } from "#lib/audit/read-chain.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { sent } from "#lib/signing/testing.ts";
import { addClass, changeClass } from "./add-class.ts";
import { approveShorter } from "./approve-shorter.ts";
import { tryArchivePlace } from "./archive/open-place.ts";
import { setArchivePlace } from "./archive/set-place.ts";
import { chooseClass } from "./choose-class.ts";
import { approvePurges, removePurge, reviewPurges, settlePurge } from "./decide-purges.ts";
import { getRetention } from "./get-retention.ts";
import { getSchedule } from "./get-schedule.ts";
import { listPurges } from "./list-purges.ts";
import { placeHold } from "./place-hold.ts";
import { planPurges } from "./plan-purges.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { resumePurges } from "./resume-purges.ts";
import {
  announcedLongAgo,
  completedLongAgo,
  endLongAgo,
  office,
  PASSWORD,
  releasedByTwo,
} from "./testing.ts";

const product = testProduct({ runsJobs: true });
const SEVEN = { years: 7, basis: "Limitation of claims", isDefault: false };

const voidedLongAgo = async (people: Awaited<ReturnType<typeof office>>, classId: string) => {
  const { envelopeId } = await sent(people.sender, [{ name: "Ana Ruiz" }]);
  await voidEnvelope(people.sender, { envelopeId, reason: "Wrong unit" });
  await chooseClass(people.counsel, { envelopeId, classId });
  await endLongAgo(product(), envelopeId, 7);
  return envelopeId;
};
const typesOf = async (ctx: Parameters<typeof readChain>[0], id: Parameters<typeof readChain>[1]) =>
  (await readChain(ctx, id)).entries.map(({ type }) => type).filter((type) => type.startsWith("purge."));

test("what a class keeps for good never comes up, and counsel has to approve that it does", async () => {
  const people = await office(product());
  const { owner, counsel, system, person } = people;
  const classId = await addClass(owner, { ...SEVEN, name: "Deeds", trigger: "void", action: "keep" });
  const envelopeId = await voidedLongAgo(people, classId);
  expect(await planPurges(system)).toBe(0);
  expect(await getRetention(owner, { envelopeId })).toMatchObject({ dueOn: null, class: { action: "keep" } });
  for (const action of ["hand-over", "archive"] as const)
    expect(await refusalOf(changeClass(owner, { ...SEVEN, name: "Deeds", classId, action }))).toBe(
      "retention/class-without-package",
    );
  await changeClass(owner, { ...SEVEN, name: "Deeds", classId, action: "destroy" });
  expect((await getSchedule(owner)).classes[0]).toMatchObject({
    action: "keep",
    asked: { years: 7, action: "destroy" },
  });
  expect(await planPurges(system)).toBe(0);
  await approveShorter(counsel, { classId, password: PASSWORD });
  expect(await planPurges(system)).toBe(1);
  // Back to for good: it leaves the queue at once, or is not destroyed though let through.
  const lawyer = await person("counsel");
  await announcedLongAgo(product(), [envelopeId]);
  await reviewPurges(lawyer, { envelopeIds: [envelopeId] });
  await changeClass(owner, { ...SEVEN, name: "Deeds", classId, action: "keep" });
  await approvePurges(counsel, { envelopeIds: [envelopeId], password: PASSWORD });
  await purgeEnvelope(system, { envelopeId });
  expect((await getRetention(owner, { envelopeId })).queue).toBeNull();
  expect((await typesOf(owner, envelopeId)).at(-1)).toBe("purge.stopped");
  const { entries } = await readChain(owner, null);
  expect(entries.findLast(({ type }) => type === "retention-class.shorter-approved")?.data).toMatchObject({
    from: { action: "keep" },
    to: { action: "destroy" },
  });
}, 120_000);

test("what is to be looked at is kept on for as long as somebody says, or destroyed by two", async () => {
  const people = await office(product());
  const { owner, counsel, sender, system } = people;
  const classId = await addClass(owner, { ...SEVEN, name: "Claims", trigger: "void", action: "review" });
  const [one, other] = [await voidedLongAgo(people, classId), await voidedLongAgo(people, classId)];
  expect(await planPurges(system)).toBe(2);
  expect((await listPurges(owner)).queued.map(({ action }) => action)).toEqual(["review", "review"]);
  expect(await refusalOf(reviewPurges(counsel, { envelopeIds: [one] }))).toBe("retention/not-settled");
  expect(await refusalOf(settlePurge(sender, { envelopeId: one }))).toBe("authorize/not-allowed");
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(settlePurge(stranger, { envelopeId: one }))).toBe("retention/not-found");

  await removePurge(counsel, { envelopeId: one, reason: "Claim still open", years: 3 });
  const year = String(new Date().getUTCFullYear() + 3);
  const [kept] = (await listPurges(owner)).removed;
  expect(kept).toMatchObject({ envelopeId: one, removed: { reason: "Claim still open" } });
  expect(kept!.removed!.returnsOn.startsWith(year)).toBe(true);
  expect(await refusalOf(settlePurge(counsel, { envelopeId: one }))).toBe("retention/not-queued");

  await settlePurge(counsel, { envelopeId: other });
  expect(await refusalOf(settlePurge(counsel, { envelopeId: other }))).toBe("retention/already-reviewed");
  await announcedLongAgo(product(), [other]);
  expect(await refusalOf(approvePurges(counsel, { envelopeIds: [other], password: PASSWORD }))).toBe(
    "retention/same-person",
  );
  await approvePurges(owner, { envelopeIds: [other], password: PASSWORD });
  await expect
    .poll(async () => (await getRetention(owner, { envelopeId: other })).queue, { timeout: 30_000 })
    .toBe("purged");
  expect(await typesOf(owner, other)).toEqual([
    ...["purge.queued", "purge.settled", "purge.reviewed", "purge.approved"],
    ...["purge.begun", "purge.files-deleted"],
  ]);
}, 120_000);

test("a row that says it was looked at does not stand for a class that wants it handed over", async () => {
  const people = await office(product());
  const { owner, counsel, system } = people;
  const classId = await addClass(owner, { ...SEVEN, name: "Claims", trigger: "void", action: "review" });
  const envelopeId = await voidedLongAgo(people, classId);
  await planPurges(system);
  await settlePurge(counsel, { envelopeId });
  await announcedLongAgo(product(), [envelopeId]);
  await product()
    .admin`update purges set settled_by = null, settled_at = null where envelope_id = ${envelopeId}`;
  await approvePurges(owner, { envelopeIds: [envelopeId], password: PASSWORD });
  await purgeEnvelope(system, { envelopeId });
  expect((await getRetention(owner, { envelopeId })).destroyed).toBeNull();
}, 120_000);

test("a package is handed over to somebody before two let it be destroyed", async () => {
  const people = await office(product());
  const { owner, counsel, sender, system } = people;
  const classId = await addClass(owner, {
    ...SEVEN,
    ...{ name: "Public records", trigger: "completion", action: "hand-over" },
  });
  const { id: envelopeId, shortId } = await completedLongAgo(product(), sender, 7);
  await chooseClass(counsel, { envelopeId, classId });
  await planPurges(system);
  expect(await refusalOf(settlePurge(counsel, { envelopeId, receiver: " " }))).toBe(
    "retention/receiver-missing",
  );
  const hold = {
    matter: "Ruiz",
    reason: "Claim",
    scope: "envelope" as const,
    query: shortId,
  };
  await announcedLongAgo(product(), [envelopeId]);
  await settlePurge(counsel, { envelopeId, receiver: "State Archives, Boston" });
  const [entry] = (await listPurges(owner)).queued;
  expect(entry).toMatchObject({ state: "reviewed", action: "hand-over", handedTo: "State Archives, Boston" });
  const settled = (await readChain(owner, envelopeId)).entries.find(({ type }) => type === "purge.settled");
  const [artifact] = await product().admin`select sha256 from evidence_packages
    where envelope_id = ${envelopeId} order by created_at desc limit 1`;
  expect(settled!.data).toMatchObject({ action: "hand-over", packageSha256: artifact!.sha256 });
  // A hold takes it out, and it has to be handed over anew.
  const holdId = await placeHold(owner, hold);
  expect(await refusalOf(settlePurge(counsel, { envelopeId, receiver: "x" }))).toBe(
    "retention/envelope-held",
  );
  await releasedByTwo(owner, counsel, holdId);
  await planPurges(system);
  expect((await listPurges(owner)).queued).toMatchObject([{ state: "due", handedTo: null }]);
  await settlePurge(counsel, { envelopeId, receiver: "State Archives, Boston" });
  await announcedLongAgo(product(), [envelopeId]);
  await approvePurges(owner, { envelopeIds: [envelopeId], password: PASSWORD });
  await expect
    .poll(async () => (await getRetention(owner, { envelopeId })).queue, { timeout: 30_000 })
    .toBe("purged");
  expect(await exportChain(owner, envelopeId)).not.toContain("State Archives");
  const [row] = await product().admin`select handed_to from purges where envelope_id = ${envelopeId}`;
  expect(row!.handed_to).toBeNull();
}, 240_000);

describe.skipIf(noS3Because)("a class that ends in the archive", () => {
  let server: BucketForTests;
  const withBucket = testProduct({
    runsJobs: true,
    settings: async () => {
      server = await startS3({ locks: true });
      return { PRIVATE_HOSTS: new URL(server.settings.endpoint).host };
    },
  });
  afterAll(async () => server?.stop());

  test("its copies are read back on the day, it is kept, and what does not hold stays in the queue", async () => {
    const { owner, counsel, sender, system } = await office(withBucket());
    const classId = await addClass(owner, {
      ...SEVEN,
      ...{ name: "Founding", trigger: "completion", action: "archive" },
    });
    const { id: envelopeId } = await completedLongAgo(withBucket(), sender, 7);
    await chooseClass(counsel, { envelopeId, classId });
    await planPurges(system);
    await resumePurges(system);
    // No place yet: it waits, and nobody can let it be destroyed.
    expect((await listPurges(owner)).queued).toMatchObject([{ envelopeId, action: "archive", state: "due" }]);
    expect(await refusalOf(settlePurge(counsel, { envelopeId }))).toBe("retention/nothing-to-settle");
    expect(await refusalOf(reviewPurges(counsel, { envelopeIds: [envelopeId] }))).toBe(
      "retention/not-settled",
    );

    const { endpoint, region, bucket, credentials } = server.settings;
    const place = {
      endpoint,
      region,
      bucket,
      ...credentials,
      keyPrefix: "w",
      lockMode: "governance" as const,
    };
    const placeId = await setArchivePlace(owner, place);
    await tryArchivePlace(system, { placeId });
    await resumePurges(system);
    const view = await listPurges(owner);
    expect(view.queued).toEqual([]);
    expect(view.archived).toMatchObject([{ envelopeId, state: "archived" }]);
    const { entries } = await readChain(owner, envelopeId);
    const rested = entries.findLast(({ type }) => type === "purge.archived")!;
    const archived = entries.findLast(({ type }) => type === "envelope.archived")!;
    expect(rested.data.files).toEqual(archived.data.files);
    expect(entries.some(({ type }) => type === "archive.checked")).toBe(true);
    expect(await planPurges(system)).toBe(0);

    // A class that lets it go again brings it back, once counsel has approved.
    const next = await addClass(owner, { ...SEVEN, name: "Leases", trigger: "completion" });
    await chooseClass(counsel, { envelopeId, classId: next });
    expect(await planPurges(system)).toBe(1);
    expect((await listPurges(owner)).queued).toMatchObject([{ envelopeId, action: "destroy" }]);
  }, 240_000);
});
