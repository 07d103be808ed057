import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { keepLog } from "#lib/audit/sign-checkpoint.ts";
import type { Role } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { checkLogRegularly } from "./check-log-regularly.ts";
import { askForLogCheck, readLog } from "./read-log.ts";

const product = testProduct();

async function organization() {
  const { newOrganization } = product();
  const of = await newOrganization();
  const owner = await of.member("owner");
  const envelopeId = await createEnvelope(owner, { title: "Lease" });
  return { ...of, owner, envelopeId };
}

test("owner, admin and counsel read the log; sender and viewer do not", async () => {
  const { member } = await organization();
  for (const role of ["owner", "admin", "counsel"] as Role[])
    expect((await readLog(await member(role))).size, role).toBeGreaterThanOrEqual(0);
  for (const role of ["sender", "viewer"] as Role[]) {
    expect(await refusalOf(readLog(await member(role)))).toBe("authorize/not-allowed");
    expect(await refusalOf(askForLogCheck(await member(role)))).toBe("authorize/not-allowed");
  }
});

test("it says how large it is, what is not covered yet, and when the newest checkpoint was stamped", async () => {
  const { runtime } = product();
  const { owner } = await organization();
  await keepLog({ ...runtime, now: () => new Date(Date.now() + 7_200_000) });
  const covered = await readLog(owner);
  expect(covered).toMatchObject({ beyondCount: 0, waitingFor: null, isCheckWanted: false });
  expect(covered.newest).toMatchObject({ size: covered.size, origin: "localhost/log" });
  expect(covered.newest!.stampedAt!.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(covered.newest!.authority).toMatch(/Time-Stamping Authority/);
  await createEnvelope(owner, { title: "Another" });
  expect(await readLog(owner)).toMatchObject({ size: covered.size + 1, beyondCount: 1 });
});

test("a check that is asked for is made, and its result is there for everybody it concerns", async () => {
  const { runtime, admin } = product();
  const [mine, theirs] = [await organization(), await organization()];
  await keepLog(runtime);
  await checkLogRegularly(runtime);
  expect((await readLog(mine.owner)).checked).toMatchObject({
    holds: true,
    sentences: [],
    elsewhereCount: 0,
  });

  await admin`update audit_events set type = 'envelope.voided' where chain_id = ${theirs.envelopeId}`;
  await checkLogRegularly(runtime);
  expect((await readLog(mine.owner)).checked).toMatchObject({ holds: true });
  await askForLogCheck(mine.owner);
  expect(await readLog(mine.owner)).toMatchObject({ isCheckWanted: true });
  await checkLogRegularly(runtime);
  expect(await readLog(mine.owner)).toMatchObject({
    isCheckWanted: false,
    checked: { holds: false, sentences: [], elsewhereCount: 1 },
  });
  expect((await readLog(theirs.owner)).checked).toMatchObject({
    holds: false,
    sentences: [
      expect.stringMatching(/column type was altered\. It is envelope\.voided; the hashed text says/),
    ],
    elsewhereCount: 0,
  });
  await admin`update audit_events set type = 'envelope.created' where chain_id = ${theirs.envelopeId}`;
});

test("one worker checks at a time, and one that was killed keeps nobody from it for long", async () => {
  const { runtime, admin } = product();
  const { owner } = await organization();
  await askForLogCheck(owner);
  await admin`update log_status set check_started_at = now()`;
  await checkLogRegularly(runtime);
  expect(await readLog(owner)).toMatchObject({ isCheckWanted: true });
  await admin`update log_status set check_started_at = now() - interval '3 hours'`;
  await checkLogRegularly(runtime);
  expect(await readLog(owner)).toMatchObject({ isCheckWanted: false });
});

test("a checkpoint that cannot be read keeps nobody from looking", async () => {
  const { runtime, admin } = product();
  const { owner } = await organization();
  await admin`update log_checkpoints set note = 'nothing'`;
  await askForLogCheck(owner);
  await checkLogRegularly(runtime);
  const { newest, checked } = await readLog(owner);
  expect(newest).toBeNull();
  expect(checked!.sentences.join("\n")).toMatch(/The checkpoint of \d+ leaves cannot be read/);
});
