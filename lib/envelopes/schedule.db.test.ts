import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { linkFor, newDraft, sent, until } from "#lib/signing/testing.ts";
import { localAt } from "./core/local-time.ts";
import { deleteDraft } from "./delete-draft.ts";
import { getDraft } from "./get-draft.ts";
import { getEnvelope } from "./get-envelope.ts";
import { countViews, listEnvelopes } from "./list-envelopes.ts";
import { saveDraft } from "./save-draft.ts";
import { scheduleEnvelope, unscheduleEnvelope } from "./schedule-envelope.ts";
import { sendScheduled } from "./send-scheduled.ts";

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");
const ANA = [{ name: "Ana Ruiz" }];
const ZONE = "America/Chicago";
const HOUR_MS = 3_600_000;
const inHours = (hours: number) => localAt(new Date(Date.now() + hours * HOUR_MS), ZONE);
const system = ({ organizationId }: Context) =>
  createContext(product().runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
const isDue = (envelopeId: EnvelopeId) =>
  product().admin`update envelopes set scheduled_at = now() - interval '1 second' where id = ${envelopeId}`;

async function scheduled(ctx: Context) {
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  await scheduleEnvelope(ctx, { envelopeId, version, at: inHours(30), timeZone: ZONE });
  return { envelopeId, version, content };
}

test("a scheduled draft goes out once when its time has come, whoever comes by, and not before", async () => {
  const ctx = await sender();
  const { envelopeId } = await scheduled(ctx);
  const at = new Date(Date.now() + 30 * HOUR_MS).toISOString().slice(0, 15);
  expect((await getEnvelope(ctx, { envelopeId })).scheduledAt!.toISOString().slice(0, 15)).toBe(at);
  expect(await sendScheduled(system(ctx))).toBe(0);
  expect((await getEnvelope(ctx, { envelopeId })).state).toBe("draft");
  await isDue(envelopeId);
  await Promise.all(Array.from({ length: 6 }, () => sendScheduled(system(ctx))));
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const { trail, scheduledAt } = await getEnvelope(ctx, { envelopeId });
  expect(scheduledAt).toBeNull();
  const found = trail.filter(({ type }) => /^envelope\.(sent|scheduled)$/.test(type));
  expect(found.map(({ type, actor }) => [type, actor.kind])).toEqual([
    ["envelope.scheduled", "member"],
    ["envelope.sent", "system"],
  ]);
  expect(found[0]!.data).toMatchObject({ timeZone: ZONE });
  expect(found[1]!.data.scheduledBy).toBe(found[0]!.actor.id);
});

test("until then it stands in its own view, is not edited, and gets another time or is taken back", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await scheduled(ctx);
  await newDraft(ctx, ANA);
  expect((await listEnvelopes(ctx, { view: "scheduled" })).items.map(({ id }) => id)).toEqual([envelopeId]);
  expect(await countViews(ctx)).toMatchObject({ scheduled: 1, drafts: 2 });
  expect(await refusalOf(saveDraft(ctx, { envelopeId, version, content }))).toBe("envelopes/is-scheduled");
  expect(await refusalOf(deleteDraft(ctx, { envelopeId }))).toBe("envelopes/is-scheduled");
  await scheduleEnvelope(ctx, { envelopeId, version, at: inHours(50), timeZone: ZONE });
  await unscheduleEnvelope(ctx, { envelopeId });
  expect(await refusalOf(unscheduleEnvelope(ctx, { envelopeId }))).toBe("envelopes/not-scheduled");
  expect((await saveDraft(ctx, { envelopeId, version, content })).version).toBe(version + 1);
  expect((await listEnvelopes(ctx, { view: "scheduled" })).items).toEqual([]);
});

test("what stands in its way by then makes it a draft again, and its sender is told", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId } = await scheduled(ctx);
  await product().admin`update recipients set email = 'nobody' where envelope_id = ${envelopeId}`;
  await isDue(envelopeId);
  await sendScheduled(system(ctx));
  const { scheduledAt, scheduleProblem } = await getDraft(ctx, { envelopeId });
  expect([scheduledAt, scheduleProblem]).toEqual([null, "envelopes/not-ready"]);
  const told = () => product().admin`select to_address from outbox_mails
    where organization_id = ${ctx.organizationId} and subject like 'Not sent:%'`;
  await expect.poll(async () => (await told()).length, { timeout: 30_000 }).toBe(1);
  expect((await told())[0]!.to_address).toBe(ctx.actor.kind === "member" ? ctx.actor.email : "");
  const { trail } = await getEnvelope(ctx, { envelopeId });
  expect(trail.filter(({ type }) => type === "envelope.schedule-failed")).toHaveLength(1);
  expect(trail.some(({ type }) => type === "envelope.sent")).toBe(false);
});

test("one whose sender has left by then does not go out", async () => {
  const ctx = await sender();
  const { envelopeId } = await scheduled(ctx);
  if (ctx.actor.kind === "member")
    await product().admin`update members set removed_at = now() where id = ${ctx.actor.memberId}`;
  await isDue(envelopeId);
  await sendScheduled(system(ctx));
  const { state, trail } = await until(ctx, envelopeId, ({ scheduledAt }) => scheduledAt === null);
  expect(state).toBe("draft");
  expect(trail.at(-1)!.data.code ?? trail.at(-2)!.data.code).toBe("envelopes/member-not-found");
});

test("times that are over, too far away or on no clock are refused, and so is what cannot be sent", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId, version } = await newDraft(ctx, ANA);
  const wish = { envelopeId, version, at: inHours(30), timeZone: ZONE };
  const refused = (part: object, by: Context = ctx) => refusalOf(scheduleEnvelope(by, { ...wish, ...part }));
  expect(await refused({ at: inHours(-1) })).toBe("envelopes/time-over");
  expect(await refused({ at: inHours(24 * 400) })).toBe("envelopes/time-too-far");
  expect(await refused({ at: "2027-03-14T02:30" })).toBe("envelopes/time-unknown");
  expect(await refused({ timeZone: "Mars/Olympus" })).toBe("envelopes/time-unknown");
  expect(await refused({ version: version + 1 })).toBe("envelopes/draft-changed");
  expect(await refused({}, await organization.member("sender"))).toBe("authorize/not-allowed");
  expect(await refused({}, await sender())).toBe("envelopes/not-found");
  const { envelopeId: empty } = await newDraft(ctx, []);
  const { version: emptyVersion } = await getDraft(ctx, { envelopeId: empty });
  expect(await refused({ envelopeId: empty, version: emptyVersion })).toBe("envelopes/not-ready");
  const under = await sent(ctx, ANA);
  expect(await refused({ envelopeId: under.envelopeId, version: under.version })).toBe(
    "envelopes/not-a-draft",
  );
});
