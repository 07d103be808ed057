import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { checkpointEvent, keepLog } from "#lib/audit/sign-checkpoint.ts";
import { sourceOf } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { checkPackage } from "./check-package.ts";
import { packageBytes, readyPackage, textIn } from "./testing-package.ts";
import { verifyLog } from "./verify-log.ts";

const product = testProduct({ runsJobs: true });
const HOUR_MS = 3_600_000;

/** The same member at a machine whose clock was set by so much. */
function setBy(ctx: Context, byMs: number): Context {
  const now = () => new Date(Date.now() + byMs);
  return { ...ctx, now, runtime: { ...ctx.runtime, now } };
}

test("an envelope whose clock was set back between two acts is completed, in the order of its chain, and says so", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  await sign(await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz")));
  const link = await linkFor(owner, envelopeId, "Ben Okafor");
  await sign(await personWith(setBy(owner, -HOUR_MS), link));
  await until(owner, envelopeId, ({ state }) => state === "completed");

  const { entries, brokenAt } = await readChain(owner, envelopeId);
  expect(brokenAt).toBeNull();
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index));
  const signed = entries.filter(({ type }) => type === "recipient.signed");
  expect(signed.map(({ at }) => at.getTime())[1]!).toBeLessThan(signed[0]!.at.getTime());
  const setBack = entries.filter(
    ({ at }, index) => index > 0 && entries[index - 1]!.at.getTime() - at.getTime() > HOUR_MS / 2,
  );
  expect(setBack.length).toBeGreaterThan(0);

  await readyPackage(owner, envelopeId);
  const bytes = await packageBytes(owner, envelopeId);
  const trail = textIn(bytes, "02-audit/audit-trail.pdf");
  const said = /Entr(?:y|ies) ([\d, ]+) bears? an earlier time than the entry before/.exec(trail)![1]!;
  expect(said.split(", ").map(Number)).toEqual(setBack.map(({ sequence }) => sequence));
  const report = checkPackage(sourceOf(bytes), { anchors: [], now: new Date() });
  expect([report.verdict, report.checks.filter(({ verdict }) => verdict !== "passed")]).toEqual([
    "passed",
    [],
  ]);
});

test("the log keeps the chain's order, its checkpoints go on growing, and none of it is a finding", async () => {
  const { runtime, admin } = product();
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  const link = await linkFor(owner, envelopeId, "Ana Ruiz");
  await keepLog(runtime);
  await sign(await personWith(setBy(owner, -HOUR_MS), link));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  // The worker's clock is behind too: the newest checkpoint lies in its future and keeps the next waiting no hour.
  await sent(owner, [{ name: "Ben Okafor" }]);
  await keepLog({ ...runtime, now: () => new Date(Date.now() - HOUR_MS) });
  const { entries } = await readChain(owner, envelopeId);
  await checkpointEvent(runtime, entries.at(-1)!.id);

  const leaves =
    await admin`select sequence from log_leaves where chain_id = ${envelopeId} order by leaf_index`;
  expect(leaves.map(({ sequence }) => sequence)).toEqual(entries.map(({ sequence }) => sequence));
  const checkpoints = await admin`select size from log_checkpoints`;
  expect(checkpoints.length).toBeGreaterThan(1);
  const [root] = await admin`select certificate_der from authorities where kind = 'root'`;
  const anchors = [trustAnchorOf(new Uint8Array(root!.certificate_der as Buffer))];
  expect((await verifyLog(runtime, { held: [], anchors, acceptsForeignStamps: false })).findings).toEqual([]);
});
