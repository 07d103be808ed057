import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { opensslMakes } from "#lib/pki/core/testing.ts";
import { getRotation } from "../get-rotation.ts";
import { startRotation, undoRotation } from "../rotate-seal.ts";
import { openSeal } from "../seal-key.ts";
import { endCalendarAddress, newCalendarAddress, readCalendar } from "./calendar.ts";
import { allEnds, listEnds } from "./list-ends.ts";
import { endingKeys, listKeys } from "./list-keys.ts";
import { lookAtSite } from "./look-at-site.ts";
import { nameOwner } from "./name-owner.ts";
import { planReviews, setReviewPolicy, signOffReview } from "./reviews.ts";
import { warnExpiries } from "./warn-expiries.ts";

const product = testProduct({ runsJobs: true });

async function newOwner() {
  const organization = await product().newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const worker = createContext(product().runtime, { organizationId: organization.id, actor });
  return { organization, owner: await organization.member("owner"), worker };
}

const DAY_MS = 86_400_000;
const later = (worker: WorkerContext, days: number): WorkerContext => ({
  ...worker,
  now: () => new Date(Date.now() + days * DAY_MS),
});
const memberOf = ({ actor }: Context) => (actor as { memberId: MemberId }).memberId;
const warnings = async (ctx: Context) =>
  (await readChain(ctx, null)).entries.filter(({ type }) => type === "certificate.expiring");

test("the page lists the seal, and the authorities for who set the installation up", async () => {
  const { owner, worker } = await newOwner();
  await openSeal(worker);
  const { seals, authorities } = await listKeys(owner);
  expect(seals).toMatchObject([{ kind: "seal", state: "in-use", urgency: "calm", signatures: 0 }]);
  expect(authorities.map(({ kind, state }) => [kind, state]).toSorted()).toEqual([
    ["issuing", "in-use"],
    ["log", "in-use"],
    ["ocsp", "in-use"],
    ["root", "in-use"],
    ["tsa", "in-use"],
  ]);
  const other = await newOwner();
  expect((await listKeys(other.owner)).authorities).toEqual([]);
});

test("each warning of an end goes once, to every owner and administrator", async () => {
  const { organization, owner, worker } = await newOwner();
  await organization.member("admin");
  await organization.member("counsel");
  const { certificate } = await openSeal(worker);
  expect(await warnExpiries(worker)).toBe(0);
  const [{ not_after: end }] = (await product()
    .admin`select not_after from certificates where id = ${certificate.id}`) as unknown as [
    { not_after: Date },
  ];
  const life = (end.getTime() - Date.now()) / DAY_MS;
  for (const [left, expected] of [
    [89, 1],
    [88, 0],
    [29, 1],
    [3, 1],
    [0.5, 1],
    [0.4, 0],
  ] as const)
    expect(await warnExpiries(later(worker, life - left))).toBe(expected);
  expect((await warnings(owner)).map(({ data }) => data.days)).toEqual([90, 30, 7, 1]);
  const mails = async () => product().admin`select to_address, subject from outbox_mails
    where organization_id = ${organization.id} and subject like 'Your seal key ends%' order by 1`;
  await expect.poll(async () => (await mails()).length, { timeout: 10_000 }).toBe(8);
  const to = new Set((await mails()).map(({ to_address }) => to_address.split(".")[0]));
  expect([...to].toSorted()).toEqual(["admin", "owner"]);
});

test("a key that waits to take over is warned of like the one in use; one that was laid aside is not", async () => {
  const { owner, worker } = await newOwner();
  await openSeal(worker);
  const rotationId = await startRotation(owner);
  const rotation = async () => (await getRotation(owner, { rotationId }))!;
  await expect.poll(async () => (await rotation()).state, { timeout: 20_000 }).toBe("ready");
  const names = async () => (await endingKeys(owner)).filter(({ kind }) => kind === "seal");
  expect(await names()).toHaveLength(2);
  const [, { until }] = (await names()).toSorted((a, b) => a.until.getTime() - b.until.getTime()) as [
    unknown,
    { until: Date },
  ];
  const life = (until.getTime() - Date.now()) / DAY_MS;
  expect(await warnExpiries(later(worker, life - 29))).toBe(2);
  await undoRotation(owner, { rotationId });
  expect(await names()).toHaveLength(1);
});

test("reviews are dated, signed off with a note, and the next is planned", async () => {
  const { owner, worker } = await newOwner();
  await planReviews(worker);
  await planReviews(worker);
  const open = async () => (await listKeys(owner)).reviews.filter(({ doneAt }) => doneAt === null);
  expect((await open()).map(({ kind }) => kind).toSorted()).toEqual([
    ...["certificate-audit", "key-review", "passphrases"],
  ]);
  const before = (await open()).find(({ kind }) => kind === "key-review")!;
  await setReviewPolicy(owner, { reviewMonths: 6 });
  const moved = (await open()).find(({ kind }) => kind === "key-review")!;
  expect(moved.dueAt < before.dueAt).toBe(true);
  await signOffReview(owner, { reviewId: moved.id, note: "All keys accounted for" });
  expect(await refusalOf(signOffReview(owner, { reviewId: moved.id, note: "again" }))).toBe(
    "signing/review-not-open",
  );
  const next = (await open()).find(({ kind }) => kind === "key-review")!;
  expect(next.id).not.toBe(moved.id);
  expect(next.dueAt.getTime() - Date.now()).toBeGreaterThan(179 * DAY_MS);
  const { entries } = await readChain(owner, null);
  expect(entries.findLast(({ type }) => type === "key-review.signed-off")!.data).toMatchObject({
    kind: "key-review",
    note: "All keys accounted for",
  });
  await expect(setReviewPolicy(owner, { reviewMonths: 13 })).rejects.toThrow();

  const exchange = async () => (await open()).find(({ kind }) => kind === "passphrases")!;
  await setReviewPolicy(owner, { passphraseMonths: 1 });
  const due = await exchange();
  expect(due.dueAt.getTime() - Date.now()).toBeLessThan(32 * DAY_MS);
  const later = { ...owner, now: () => new Date(due.dueAt.getTime() + DAY_MS) };
  expect((await listKeys(later)).reviews.find(({ id }) => id === due.id)!.isOverdue).toBe(true);
  await signOffReview(owner, { reviewId: due.id, note: "Delft: exchanged, kept in their vault" });
  expect((await exchange()).isOverdue).toBe(false);
  await expect(setReviewPolicy(owner, { passphraseMonths: 0 })).rejects.toThrow();
});

test("the calendar is read by its secret address alone, which can be closed", async () => {
  const { organization, owner, worker } = await newOwner();
  await openSeal(worker);
  await planReviews(worker);
  const visitor = { runtime: product().runtime, request: { ip: "203.0.113.9", userAgent: "a calendar" } };
  const url = await newCalendarAddress(owner);
  const token = /\/calendar\/([\w-]{43})\.ics$/.exec(url)![1]!;
  const calendar = (await readCalendar(visitor, token))!;
  expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(4);
  expect(calendar.replaceAll("\r\n ", "")).toContain("SUMMARY:Seal key ends: ");
  const dump = await product().admin`select t::text as text from key_policies t`;
  expect(dump.map(({ text }) => text).join()).not.toContain(token);
  const [row] = await product()
    .admin`select calendar_sha256 as hash from key_policies where organization_id = ${organization.id}`;
  expect(new Uint8Array(row!.hash)).toEqual(sha256(Buffer.from(token, "base64url")));
  const again = await newCalendarAddress(owner);
  expect(await readCalendar(visitor, token)).toBeNull();
  const second = /([\w-]{43})\.ics$/.exec(again)![1]!;
  expect(await readCalendar(visitor, second)).not.toBeNull();
  await endCalendarAddress(owner);
  expect(await readCalendar(visitor, second)).toBeNull();
});

test("everything with an end is listed with days, a bucket and a person, and what ends together is in one mail", async () => {
  const { organization, owner, worker } = await newOwner();
  await openSeal(worker);
  const admin = await organization.member("admin");
  const sender = await organization.member("sender");
  const until = new Date(Date.now() + 365 * DAY_MS);
  await product().admin`insert into api_keys (organization_id, id, name, prefix, key_sha256, scopes, networks,
      per_minute, created_by, created_at, expires_at)
    values (${organization.id}, gen_random_uuid(), 'Payroll', ${organization.id.slice(0, 12)},
      ${Buffer.from(sha256(fromUtf8(organization.id)))}, '["certificates:read"]', '[]', 60, ${memberOf(admin)}, now(),
      ${until.toISOString()})`;
  const { items, counts, people } = await listEnds(owner);
  const payroll = items.find(({ kind }) => kind === "api-key")!;
  expect(payroll).toMatchObject({ name: "Payroll", bucket: "later", act: "make-anew" });
  expect(people.find(({ id }) => id === payroll.ownerId)!.name).toBe(payroll.ownerName);
  // Who made it looks after it, until another person is named.
  expect(payroll.ownerId).toBe(memberOf(admin));
  const seal = items.find(({ kind }) => kind === "seal")!;
  expect(seal.ownerId).toBe(memberOf(owner));
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(items.length);
  expect(await refusalOf(listEnds(sender))).toBe("authorize/not-allowed");

  expect(await refusalOf(nameOwner(owner, { ref: "api-key:none", memberId: memberOf(sender) }))).toBe(
    "signing/owner-unknown",
  );
  const stranger = await newOwner();
  expect(await refusalOf(nameOwner(owner, { ref: payroll.ref, memberId: memberOf(stranger.owner) }))).toBe(
    "signing/owner-unknown",
  );
  await nameOwner(owner, { ref: payroll.ref, memberId: memberOf(sender) });
  expect((await listEnds(owner)).items.find(({ ref }) => ref === payroll.ref)!.ownerId).toBe(
    memberOf(sender),
  );
  expect((await readChain(owner, null)).entries.at(-1)).toMatchObject({ type: "key-owner.named" });

  const left = (until.getTime() - Date.now()) / DAY_MS;
  await product().admin`update certificates set not_after = ${until.toISOString()}
    where organization_id = ${organization.id}`;
  expect(await warnExpiries(later(worker, left - 29.5))).toBe(2);
  const mails = async () => product().admin`select to_address, subject, text from outbox_mails
    where organization_id = ${organization.id} and subject like '% end%' order by 1`;
  await expect.poll(async () => (await mails()).length, { timeout: 10_000 }).toBe(3);
  const toSender = (await mails()).find(({ to_address }) => to_address.startsWith("sender"))!;
  expect(toSender.subject).toContain("An API key ends in 29 days: Payroll");
  const toOwner = (await mails()).find(({ to_address }) => to_address.startsWith("owner"))!;
  expect(toOwner.subject).toMatch(/^2 keys and certificates end soon/);
});

test("the certificate of the address is looked at, and its end is there for who set the installation up", async () => {
  const { runtime, admin } = product();
  const made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 20 -subj /CN=sign.example";
  const [der] = certificatesFromPem(toUtf8(opensslMakes("o", `${made} -keyout k -out o`.split(" "))));
  const https = {
    ...runtime,
    config: { ...runtime.config, baseUrl: "https://sign.example" },
    web: { certificateOf: async () => der! },
  } as unknown as typeof runtime;
  await lookAtSite(https);
  const [{ organization_id: first }] = (await admin`select organization_id from organizations
    order by created_at limit 1`) as unknown as [{ organization_id: OrganizationId }];
  const system = { kind: "system", job: "test" } as const;
  const founder = createContext(https, { organizationId: first, actor: system });
  const { known, site } = await allEnds(founder);
  expect(site).toBe("shown");
  expect(known.find(({ kind }) => kind === "tls")!.name).toBe("sign.example (sign.example)");
  const { organization } = await newOwner();
  const other = createContext(https, { organizationId: organization.id, actor: system });
  expect(await allEnds(other)).toMatchObject({ site: "not-yours" });
  const plain = createContext(runtime, { organizationId: first, actor: system });
  expect((await allEnds(plain)).site).toBe("no-tls");
});
