import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import type { RecipientId } from "#lib/ids.ts";
import { correctEnvelope } from "./correction/correct-envelope.ts";
import { makeHostedLink } from "./hosted-links/make-hosted-link.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recipientContext } from "./recipient-context.ts";
import { forgetMarks } from "./saved-marks/keep-marks.ts";
import { addressOf, linkFor, personWith, sent, sign, until } from "./testing.ts";

// A link that has ended may be in the hands of somebody the sender no longer means, or of who never showed who they are.

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");

/** What is said behind a dead link of how things stand, and of whom. */
const told = async (person: Parameters<typeof openCeremony>[0]) => {
  const { status, me, message, note, others, kept, documents } = await openCeremony(person);
  return { status, name: me.name, email: me.email, message, note, others, kept, documents };
};
const NOTHING = { name: "", message: "", note: "", others: [], kept: null, documents: [] };

test("whose address was wrong learns nothing of who was meant, and takes nothing from them", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  const wrong = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const now = await getCorrection(ctx, { envelopeId });
  await correctEnvelope(ctx, {
    ...{ envelopeId, message: "For you alone", reminderHours: now.reminderHours },
    people: now.people.map(({ id, name, email, phone, check, order }) => ({
      ...{ id, phone, check, order },
      ...(name === "Ana Ruiz" ? { name: "Ana Maria", email: addressOf("Ana Maria") } : { name, email }),
    })),
  });
  const isMailed = () =>
    product().admin`select 1 from outbox_mails where organization_id = ${ctx.organizationId}
      and to_address = ${addressOf("Ana Maria")}`;
  await expect.poll(async () => (await isMailed()).length, { timeout: 30_000 }).toBe(1);
  const right = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Maria"));
  const stranger = () => personWith(ctx, wrong);
  expect(await told(await stranger())).toEqual({
    ...{ ...NOTHING, status: "ended", email: "a•••@example.com" },
  });

  await sign(right);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  expect(await told(await stranger())).toMatchObject({ ...NOTHING, status: "ended" });
  expect(await refusalOf(forgetMarks(await stranger()))).toBe("authorize/link-ended");
}, 180_000);

test("a hosted link that is over tells nobody what they would have had to show who they are for", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const recipientId = (await getEnvelope(ctx, { envelopeId })).recipients[0]!.id as RecipientId;
  const { url } = await makeHostedLink(ctx, { envelopeId, recipientId, days: 1 });
  const later = () => new Date(Date.now() + 2 * 86_400_000);
  const found = () =>
    recipientContext({ runtime: { ...ctx.runtime, now: later }, request: REQUEST }, url.split("/sign/")[1]!);
  expect(await told(await found())).toEqual({ ...NOTHING, status: "ended", email: "a•••@example.com" });
  await sign(ana);
  expect(await told(await found())).toMatchObject({ ...NOTHING, status: "ended" });
  expect(await refusalOf(forgetMarks(await found()))).toBe("authorize/link-ended");
}, 180_000);
