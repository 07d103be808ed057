import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { createContext } from "#lib/context.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { getRotation } from "#lib/signing/get-rotation.ts";
import { listKeys } from "#lib/signing/keys/list-keys.ts";
import { reportCompromise } from "#lib/signing/report-compromise.ts";
import { startRotation, switchSeal } from "#lib/signing/rotate-seal.ts";
import { openSeal } from "#lib/signing/seal-key.ts";
import { tick } from "./schedule.ts";

const product = testProduct({ runsJobs: true });

const newOwner = async () => (await product().newOrganization()).member("owner");

async function round(aheadMs = 0): Promise<string[]> {
  const failed: string[] = [];
  const runtime = { ...product().runtime, now: () => new Date(Date.now() + aheadMs) };
  await tick(runtime, 180_000, (what) => () => void failed.push(what));
  return failed;
}

test("what fails for one organization stops neither its other work nor another's", async () => {
  const owners = [await newOwner(), await newOwner()];
  const [first] = await listOrganizations(product().runtime);
  const failing = owners.find(({ organizationId }) => organizationId === first)!;
  const other = owners.find((one) => one !== failing)!;
  const { admin } = product();
  await admin.unsafe(`create function refuse_reviews() returns trigger language plpgsql as
    $$ begin raise exception 'no review of this one'; end $$`);
  await admin.unsafe(`create trigger refuse_reviews before insert on key_reviews for each row
    when (new.organization_id = '${failing.organizationId}') execute function refuse_reviews()`);
  const due = async (organizationId: string) =>
    (await admin`select 1 from key_reviews where organization_id = ${organizationId}`).length;
  const failed = [`planReviews of ${failing.organizationId}`];

  expect(await round()).toEqual(failed);
  expect([await due(failing.organizationId), await due(other.organizationId)]).toEqual([0, 3]);
  expect(await round(), "tried again with the next round").toEqual(failed);
  await admin.unsafe("drop trigger refuse_reviews on key_reviews");
  expect(await round()).toEqual([]);
  expect((await listKeys(failing)).reviews).toHaveLength(3);
});

test("a replacement that was lost before its date is laid aside, and the key in use signs on", async () => {
  const owner = await newOwner();
  const actor = { kind: "system", job: "test" } as const;
  const worker = createContext(product().runtime, { organizationId: owner.organizationId, actor });
  const inUse = (await openSeal(worker)).certificate.id;
  const rotationId = await startRotation(owner);
  const now = async () => (await getRotation(owner, { rotationId }))!;
  await expect.poll(async () => (await now()).state, { timeout: 20_000 }).toBe("ready");
  await switchSeal(owner, { rotationId, at: new Date(Date.now() + 3_600_000) });
  await reportCompromise(owner, { certificateId: (await now()).to!.certificateId, lostAt: new Date() });

  expect(await round(7_200_000)).toEqual([]);
  const { state, checks } = await now();
  expect(state).toBe("failed");
  expect(checks.filter(({ isGood }) => !isGood)).toMatchObject([
    { name: "key", found: "signing/seal-unusable" },
  ]);
  expect((await openSeal(worker)).certificate.id).toBe(inUse);
});
