import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { toBase64Url } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { delegate } from "../delegate.ts";
import { issueKit } from "../offline/issue-kit.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recipientContext } from "../recipient-context.ts";
import { sent, sign, until } from "../testing.ts";
import { startKiosk } from "./start-kiosk.ts";
import { endKiosk, giveBack, handToPerson, leaveKiosk, listHosted, openKiosk } from "./use-kiosk.ts";

const product = testProduct({ runsJobs: true });
/** The worker's part takes its time where other tests keep it busy. */
const SEALED_MS = 120_000;
const PIN = "271828";

interface Room {
  readonly ctx: Context;
  readonly envelopeId: EnvelopeId;
  readonly visitor: { runtime: Context["runtime"]; request: typeof REQUEST };
}

/** An envelope whose people sign in person with its owner, one after the other. */
async function room(names = ["Ana Ruiz"]): Promise<Room> {
  const ctx = await (await product().newOrganization()).member("owner");
  const hostId = hostOf(ctx);
  const { envelopeId } = await sent(
    ctx,
    names.map((name) => ({ name, hostId })),
  );
  await until(
    ctx,
    envelopeId,
    ({ trail }) => trail.some(({ type }) => type === "recipient.invited"),
    SEALED_MS,
  );
  return { ctx, envelopeId, visitor: { runtime: ctx.runtime, request: REQUEST } };
}

const hostOf = ({ actor }: Context): string => {
  if (actor.kind !== "member") throw new Error("a member hosts");
  return actor.memberId;
};

const start = ({ ctx, envelopeId }: Room, heldSession: string | null = "the host's own cookie") =>
  startKiosk(ctx, { envelopeId, pin: PIN, heldSession });

async function begin({ visitor }: Room, secret: string): Promise<{ link: string; person: Context }> {
  const { people } = await openKiosk(visitor, secret);
  const { id } = people.find(({ state }) => state === "ready")!;
  const link = await handToPerson(visitor, secret, { recipientId: id });
  return { link, person: await recipientContext(visitor, link, undefined, secret) };
}

const typesOf = async ({ ctx, envelopeId }: Room) =>
  (await until(ctx, envelopeId, () => true)).trail.map(({ type }) => type);

test("signed in person: no link is mailed, the host attests it, and the certificate says so", async () => {
  const here = await room(["Ana Ruiz", "Ben Okafor"]);
  const secret = await start(here);
  expect((await openKiosk(here.visitor, secret)).people.map(({ name, state }) => [name, state])).toEqual([
    ["Ana Ruiz", "ready"],
    ["Ben Okafor", "waiting"],
  ]);
  const ana = await begin(here, secret);
  expect((await openCeremony(ana.person)).inPerson).toEqual({
    hostName: (here.ctx.actor as { readonly name?: string }).name,
  });
  const other = { name: "Cai Lund", email: "cai@example.com", reason: "On leave" };
  expect(await refusalOf(delegate(ana.person, other))).toBe("signing/delegation-in-person");
  await sign(ana.person);
  await giveBack(here.visitor, secret, { reason: "done" });
  await giveBack(here.visitor, secret, { reason: "done" });
  await until(
    here.ctx,
    here.envelopeId,
    ({ trail }) => trail.filter(({ type }) => type === "recipient.invited").length === 2,
    SEALED_MS,
  );
  const ben = await begin(here, secret);
  await sign(ben.person);
  const { trail, certificates } = await until(
    here.ctx,
    here.envelopeId,
    ({ state }) => state === "completed",
    SEALED_MS,
  );
  const mails = trail.filter(({ type, data }) => type === "mail.delivered" && data.kind === "invitation");
  expect(mails).toEqual([]);
  // Nothing goes along from the device, so each gets a copy of what they signed by mail.
  const mailedCopy = ({ type, data }: (typeof trail)[number]) =>
    type === "mail.delivered" && data.kind === "completed" && data.recipient;
  const done = await until(
    here.ctx,
    here.envelopeId,
    (now) => now.trail.filter(mailedCopy).length === 2,
    SEALED_MS,
  );
  const copied = done.trail.filter(mailedCopy).map(({ data }) => data.recipient);
  expect(copied.toSorted()).toEqual(
    trail.flatMap(({ type, data }) => (type === "recipient.signed" ? [data.recipient] : [])).toSorted(),
  );
  const signed = trail.filter(({ type }) => type === "recipient.signed");
  for (const { actor, data } of signed) {
    expect(actor).toMatchObject({ method: "in-person", host: { id: hostOf(here.ctx) } });
    expect(data.authentication).toMatchObject({ methods: ["in-person"] });
  }
  expect(trail.filter(({ type }) => type === "kiosk.wiped")).toHaveLength(1);
  const handed = trail.find(({ type }) => type === "kiosk.handed-over")!;
  expect(handed.actor).toMatchObject({ kind: "member", id: hostOf(here.ctx) });
  expect(certificates.filter(({ kind }) => kind === "signer")).toHaveLength(2);
  const [row] = await product().admin<{ der: Uint8Array }[]>`
    select der from certificates where envelope_id = ${here.envelopeId} and kind = 'signer' limit 1`;
  const text = Buffer.from(row!.der).toString("latin1");
  expect(new X509Certificate(row!.der).subject).toContain("CN=");
  expect(text).toContain(oidBytes(AUTHENTICATION_POLICIES["in-person"]));
  expect(text).not.toContain(oidBytes(AUTHENTICATION_POLICIES.link));
});

/** The last arcs of an object identifier as DER writes them, which is enough to find it. */
function oidBytes(oid: string): string {
  const arcs = oid.split(".").map(Number).slice(-3);
  const bytes = arcs.flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let rest = arc >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return `${Buffer.from(bytes).toString("latin1")}`;
}

test("a link of the device opens on no other, and ends when the device is given back", async () => {
  const here = await room();
  const secret = await start(here);
  const { link, person } = await begin(here, secret);
  expect(person.actor).toMatchObject({ kind: "recipient", hasEnded: false });
  expect(await refusalOf(recipientContext(here.visitor, link))).toBe("signing/not-found");
  const other = toBase64Url(here.ctx.runtime.random(32));
  expect(await refusalOf(recipientContext(here.visitor, link, undefined, other))).toBe("signing/not-found");
  expect(await refusalOf(issueKit(person, { files: {}, publicKey: "" }))).toBe("signing/offline-key-wrong");
  await giveBack(here.visitor, secret, { reason: "idle" });
  const after = await recipientContext(here.visitor, link, undefined, secret);
  expect(after.actor).toMatchObject({ hasEnded: true });
  expect(await refusalOf(sign(after))).toBe("authorize/link-ended");
  const again = await begin(here, secret);
  await sign(again.person);
});

test("the right number brings the host's session back, once", async () => {
  const here = await room();
  const secret = await start(here);
  expect(await leaveKiosk(here.visitor, secret, { pin: PIN })).toBe("the host's own cookie");
  expect(await refusalOf(leaveKiosk(here.visitor, secret, { pin: PIN }))).toBe("signing/kiosk-over");
  expect((await openKiosk(here.visitor, secret)).state).toBe("over");
  expect(await typesOf(here)).toContain("kiosk.ended");
  const [row] = await product().admin`
    select held_session, pin_hash from kiosk_sessions where envelope_id = ${here.envelopeId}`;
  expect(row).toMatchObject({ held_session: null });
  expect(row!.pin_hash).toMatch(/^\$argon2id\$/);
});

test("five wrong numbers lock it for good; only signing in ends it", async () => {
  const here = await room();
  const secret = await start(here);
  const { link } = await begin(here, secret);
  const wrong = () => refusalOf(leaveKiosk(here.visitor, secret, { pin: "314159" }));
  // At once: none of them is lost.
  const answers = await Promise.all(Array.from({ length: 5 }, wrong));
  expect(answers.toSorted()).toEqual([
    "signing/kiosk-locked",
    ...Array.from({ length: 4 }, () => "signing/kiosk-pin-wrong"),
  ]);
  expect(await refusalOf(leaveKiosk(here.visitor, secret, { pin: PIN }))).toBe("signing/kiosk-locked");
  expect((await openKiosk(here.visitor, secret)).state).toBe("locked");
  const person = await recipientContext(here.visitor, link, undefined, secret);
  expect(person.actor).toMatchObject({ hasEnded: true });
  const types = await typesOf(here);
  expect(types.filter((type) => type === "kiosk.pin-refused")).toHaveLength(4);
  expect(types.filter((type) => type === "kiosk.locked")).toHaveLength(1);
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(endKiosk(stranger, { secret }))).toBe("signing/not-found");
  await endKiosk(here.ctx, { secret });
  await endKiosk(here.ctx, { secret });
  expect((await typesOf(here)).filter((type) => type === "kiosk.ended")).toHaveLength(1);
});

test("who hosts nobody begins nothing, and an easy number guards nothing", async () => {
  const here = await room();
  const organization = await product().newOrganization();
  const other = await organization.member("owner");
  expect(
    await refusalOf(startKiosk(other, { envelopeId: here.envelopeId, pin: PIN, heldSession: null })),
  ).toBe("signing/not-found");
  for (const [pin, code] of [
    ["1234", "signing/kiosk-pin-form"],
    ["123456", "signing/kiosk-pin-easy"],
  ] as const)
    expect(
      await refusalOf(startKiosk(here.ctx, { envelopeId: here.envelopeId, pin, heldSession: null })),
    ).toBe(code);
  const alone = await sent(other, [{ name: "Cai Lund" }]);
  expect(
    await refusalOf(startKiosk(other, { envelopeId: alone.envelopeId, pin: PIN, heldSession: null })),
  ).toBe("signing/kiosk-nobody");
  expect(await listHosted(here.ctx, here)).toMatchObject([{ name: "Ana Ruiz" }]);
  expect(await listHosted(other, alone)).toEqual([]);
  const secret = await start(here);
  expect(await refusalOf(handToPerson(here.visitor, secret, { recipientId: alone.envelopeId }))).toBe(
    "signing/not-found",
  );
  expect(await refusalOf(openKiosk(here.visitor, "nonsense"))).toBe("signing/not-found");
});
