import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { openCeremony } from "../open-ceremony.ts";
import { linkFor, personWith, sent, sign, until } from "../testing.ts";
import { removeKit } from "./end-kit.ts";
import { listKits } from "./list-kits.ts";
import { settleKept } from "./settle-kept.ts";
import { syncKit } from "./sync-kit.ts";
import { deviceOf, signOffline } from "./testing.ts";

const product = testProduct({ runsJobs: true });

interface Kept {
  readonly ctx: Context;
  readonly envelopeId: EnvelopeId;
  readonly link: string;
  readonly kitId: string;
}

/** Signed without a network, and something came between. */
async function kept(between: (ctx: Context, envelopeId: EnvelopeId, kitId: string) => Promise<unknown>) {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  const link = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const person = await personWith(ctx, link);
  const device = await deviceOf(person);
  await signOffline(person, device, "As agreed");
  await between(ctx, envelopeId, device.kit.id);
  const { state } = await syncKit(await personWith(ctx, link), device.batch());
  expect(state).toBe("kept");
  return { ctx, envelopeId, link, kitId: device.kit.id };
}

const trailOf = async ({ ctx, envelopeId }: Kept) => (await until(ctx, envelopeId, () => true)).trail;
const theKit = async ({ ctx, envelopeId }: Kept) => (await listKits(ctx, { envelopeId }))[0]!;

/** What is mailed waits a minute after the last mail. */
const later = (ctx: Context): Context => ({ ...ctx, now: () => new Date(Date.now() + 120_000) });

test("what was captured stands beside what is so: answers, signature, and how it can be signed again", async () => {
  const of = await kept((ctx, _, kitId) => removeKit(ctx, { kitId }));
  const { captured } = await theKit(of);
  expect(captured).toMatchObject({ isHandedIn: true, signatureNow: null, againBy: "link" });
  expect(captured!.signature).toContain("<svg");
  const text = captured!.answers.find(({ type }) => type === "text")!;
  expect([text.captured, text.now]).toEqual(["As agreed", null]);

  await sign(await personWith(of.ctx, of.link), "Another answer");
  const { captured: after } = await theKit(of);
  expect(after).toMatchObject({ againBy: null });
  expect(after!.signatureNow).toContain("<svg");
  expect(after!.answers.find(({ type }) => type === "text")).toMatchObject({
    ...{ captured: "As agreed", now: "Another answer" },
  });
  const again = { kitId: of.kitId, settlement: "again", reason: "They want to" } as const;
  expect(await refusalOf(settleKept(of.ctx, again))).toBe("signing/offline-not-again");
  await settleKept(of.ctx, { ...again, settlement: "closed", reason: "Signed online" });
  expect(await theKit(of)).toMatchObject({ settlement: "closed", settlementReason: "Signed online" });
});

test("signed again by a new link: the answers stand in the fields, nothing is signed, all of it on record", async () => {
  const of = await kept((ctx, _, kitId) => removeKit(ctx, { kitId }));
  const input = { kitId: of.kitId, settlement: "again", reason: "Device was found" } as const;
  const before = await openCeremony(await personWith(of.ctx, of.link));
  expect(before.fields.find(({ type }) => type === "text")!.value).toBe("");
  const { copyId, answers } = await settleKept(later(of.ctx), input);
  expect(copyId).toBeNull();
  expect(answers).toBeGreaterThan(0);
  const trail = await trailOf(of);
  const types = trail.map(({ type }) => type);
  expect(types.filter((type) => type === "field.restored")).toHaveLength(answers);
  expect(types).toContain("recipient.reminded");
  expect(types).not.toContain("recipient.signed");
  expect(trail.find(({ type }) => type === "offline-kit.settled")!.data).toMatchObject({
    ...{ settlement: "again", by: "link", reason: "Device was found", answers },
  });
  const person = await personWith(of.ctx, await linkFor(of.ctx, of.envelopeId, "Ana Ruiz"));
  const { fields, status } = await openCeremony(person);
  expect(status).toBe("ready");
  expect(fields.find(({ type }) => type === "text")!.value).toBe("As agreed");
  expect(fields.find(({ type }) => type === "signature")!.value).toBe("");
  expect(await refusalOf(settleKept(of.ctx, input))).toBe("signing/offline-settled");
});

test("a link that was just mailed is not mailed again, and then nothing is settled", async () => {
  const of = await kept((ctx, _, kitId) => removeKit(ctx, { kitId }));
  const input = { kitId: of.kitId, settlement: "again", reason: "Device was found" } as const;
  expect(await refusalOf(settleKept(of.ctx, input))).toBe("envelopes/reminded-just-now");
  expect((await trailOf(of)).map(({ type }) => type)).not.toContain("field.restored");
  expect((await theKit(of)).settledAt).toBeNull();
});

test("signed again in a copy, where the envelope is over: a draft with the answers in it", async () => {
  const of = await kept((ctx, envelopeId) => voidEnvelope(ctx, { envelopeId, reason: "Wrong rent" }));
  const { copyId } = await settleKept(of.ctx, {
    ...{ kitId: of.kitId, settlement: "again", reason: "With the right rent" },
  });
  const draft = await getDraft(of.ctx, { envelopeId: copyId! });
  const { content } = draft as unknown as {
    content: { fields: { type: string; recipientId: string; settings: { value?: string } }[] };
  };
  const texts = content.fields.filter(({ type }) => type === "text").map(({ settings }) => settings.value);
  expect(texts).toContain("As agreed");
  expect((await theKit(of)).copyId).toBe(copyId);
});

test("another's kit, and who only reads, settles nothing", async () => {
  const of = await kept((ctx, _, kitId) => removeKit(ctx, { kitId }));
  const stranger = await (await product().newOrganization()).member("owner");
  const input = { kitId: of.kitId, settlement: "kept", reason: "Why" } as const;
  expect(await refusalOf(settleKept(stranger, input))).toBe("signing/offline-kit-unknown");
});
