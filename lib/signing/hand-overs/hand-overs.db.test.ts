import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { chooseLanguage } from "../choose-language.ts";
import { giveConsent } from "../give-consent.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recipientContext } from "../recipient-context.ts";
import { linkFor, personWith, sent, until } from "../testing.ts";
import { beginHandOver, endHandOver, watchHandOver } from "./begin-hand-over.ts";
import { claimHandOver, drawByTelephone, openTelephone, takePageOver } from "./draw-by-telephone.ts";
import { giveByTelephone } from "./give-by-telephone.ts";
import { telephoneLanguages } from "./telephone-languages.ts";

const product = testProduct({ runsJobs: true });
const WAVE = [[0.1, 0.3, 0.5, 0.7, 0.9].map((x, at) => ({ x, y: at % 2 === 0 ? 0.2 : 0.8 }))];
const PHONE = { ...REQUEST, ip: "198.51.100.7", userAgent: "A telephone" };

async function agreed(name = "Ana Ruiz"): Promise<{ ctx: Context; person: Context }> {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, name));
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  return { ctx, person };
}

const phone = (ctx: Context) => ({ runtime: ctx.runtime, request: PHONE });
const codeOf = (address: string) => address.split("/").at(-1)!;

test("one telephone draws for the page, and both devices stand on record", async () => {
  const { ctx, person } = await agreed();
  const { id, address, match, qr } = await beginHandOver(person);
  expect(qr).not.toBeNull();
  const code = codeOf(address);
  const view = await openTelephone(phone(ctx), code);
  expect(view).toMatchObject({ state: "waiting", title: "Lease 12B", match });
  expect((await openTelephone(phone(ctx), code)).state).toBe("waiting");

  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimHandOver(phone(ctx), code)));
  const won = claims.flatMap((claim) => (claim.status === "fulfilled" ? [claim.value] : []));
  expect(won).toHaveLength(1);
  const claim = won[0]!;
  const wrong = drawByTelephone(phone(ctx), code, {
    claim: `${claim.slice(0, -2)}AA`,
    strokes: WAVE,
    isDone: false,
  });
  expect(await refusalOf(wrong)).toBe("signing/hand-over-ended");
  await drawByTelephone(phone(ctx), code, { claim, strokes: WAVE, isDone: false });
  expect(await watchHandOver(person, { id })).toEqual({ state: "open", strokes: WAVE });
  await drawByTelephone(phone(ctx), code, { claim, strokes: WAVE, isDone: true });
  expect((await watchHandOver(person, { id })).state).toBe("done");
  const late = drawByTelephone(phone(ctx), code, { claim, strokes: [], isDone: false });
  expect(await refusalOf(late)).toBe("signing/hand-over-ended");
  await endHandOver(person, { id });
  expect(await watchHandOver(person, { id })).toEqual({ state: "ended", strokes: [] });

  if (person.actor.kind !== "recipient") throw new Error("a recipient signs");
  const { trail } = await until(ctx, person.actor.envelopeId, () => true);
  const events = trail.filter(({ type }) => type.startsWith("hand-over."));
  expect(events.map(({ type }) => type)).toEqual([
    ...["hand-over.begun", "hand-over.opened", "hand-over.drawn", "hand-over.ended"],
  ]);
  const addresses = events.map(({ actor }) => (actor as { ip?: string }).ip);
  expect(addresses).toEqual([REQUEST.ip, PHONE.ip, PHONE.ip, REQUEST.ip]);
  const methods = events.map(({ actor }) => (actor as { method?: string }).method);
  expect(methods).toEqual(["email-link", "hand-over", "hand-over", "email-link"]);
});

test("a code is over after five minutes, when another is made, and when the page gives it up", async () => {
  const { ctx, person } = await agreed();
  const first = await beginHandOver(person);
  const second = await beginHandOver(person);
  expect((await openTelephone(phone(ctx), codeOf(first.address))).state).toBe("ended");
  expect(await refusalOf(claimHandOver(phone(ctx), codeOf(first.address)))).toBe("signing/hand-over-ended");
  await product()
    .admin`update hand_overs set expires_at = now() - interval '1 second' where id = ${second.id}`;
  expect(await refusalOf(claimHandOver(phone(ctx), codeOf(second.address)))).toBe("signing/hand-over-ended");
  const third = await beginHandOver(person);
  await endHandOver(person, third);
  await endHandOver(person, third);
  expect(await refusalOf(claimHandOver(phone(ctx), codeOf(third.address)))).toBe("signing/hand-over-ended");
  expect(await refusalOf(openTelephone(phone(ctx), "nonsense"))).toBe("signing/not-found");
});

test("nobody else watches or ends it, and more points than a signature has are refused", async () => {
  const { ctx, person } = await agreed();
  const stranger = (await agreed("Ben Okafor")).person;
  const { id, address } = await beginHandOver(person);
  expect(await refusalOf(watchHandOver(stranger, { id }))).toBe("signing/hand-over-ended");
  await endHandOver(stranger, { id });
  const claim = await claimHandOver(phone(ctx), codeOf(address));
  const strokes = Array.from({ length: 3 }, () => Array.from({ length: 9_000 }, () => ({ x: 0.5, y: 0.5 })));
  await expect(
    drawByTelephone(phone(ctx), codeOf(address), { claim, strokes, isDone: false }),
  ).rejects.toThrow();
});

const bytesOf = async function* (...parts: Uint8Array[]) {
  yield* parts;
};
const PAPER = fromUtf8("A plain note about the roof.");

test("a telephone gives the file of one field, and nothing else", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", attaches: "Proof" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { consent, fields } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  const fieldId = fields.find(({ type }) => type === "attachment")!.id;
  const signature = fields.find(({ type }) => type === "signature")!.id;
  expect(await refusalOf(beginHandOver(person, { fieldId: signature }))).toBe("signing/field-not-yours");

  const { id, address } = await beginHandOver(person, { fieldId });
  const code = codeOf(address);
  expect(await openTelephone(phone(ctx), code)).toMatchObject({ state: "waiting", file: { label: "Proof" } });
  const give = (claim: string, bytes = PAPER) =>
    giveByTelephone(phone(ctx), code, { claim, name: "roof.txt" }, bytesOf(bytes));
  expect(await refusalOf(give("A".repeat(43)))).toBe("signing/hand-over-ended");
  const claim = await claimHandOver(phone(ctx), code);
  expect(await refusalOf(drawByTelephone(phone(ctx), code, { claim, strokes: WAVE, isDone: true }))).toBe(
    "signing/hand-over-ended",
  );
  // What is refused ends nothing: another file may be chosen.
  expect(await refusalOf(give(claim, new Uint8Array(0)))).toBe("signing/file-empty");
  expect((await watchHandOver(person, { id })).state).toBe("open");
  await give(claim);
  expect((await watchHandOver(person, { id })).state).toBe("done");
  expect(await refusalOf(give(claim))).toBe("signing/hand-over-ended");
  const after = (await openCeremony(person)).fields.find((field) => field.id === fieldId)!;
  expect(after).toMatchObject({ fileName: "roof.txt" });

  const { trail } = await until(ctx, envelopeId, () => true);
  const told = trail.filter(({ type }) => type.startsWith("hand-over.") || type === "file.attached");
  expect(told.map(({ type }) => type)).toEqual([
    ...["hand-over.begun", "hand-over.opened", "hand-over.given", "file.attached"],
  ]);
  expect(told.map(({ actor }) => (actor as { ip?: string }).ip)).toEqual([
    ...[REQUEST.ip, PHONE.ip, PHONE.ip, PHONE.ip],
  ]);
});

test("a file for a page that gave the telephone up is not taken", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", attaches: "Proof" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { consent, fields } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  const fieldId = fields.find(({ type }) => type === "attachment")!.id;
  const { id, address } = await beginHandOver(person, { fieldId });
  const claim = await claimHandOver(phone(ctx), codeOf(address));
  // Given up while the file is on its way.
  const slow = async function* () {
    yield PAPER;
    await endHandOver(person, { id });
  };
  const given = giveByTelephone(phone(ctx), codeOf(address), { claim, name: "roof.txt" }, slow());
  expect(await refusalOf(given)).toBe("signing/hand-over-ended");
  const after = (await openCeremony(person)).fields.find((field) => field.id === fieldId)!;
  expect(after.fileName ?? null).toBeNull();
});

test("the whole page goes on at one telephone, which gets the link once and shows anew who holds it", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const link = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const person = await personWith(ctx, link);
  // Before consent too: whoever reads rather there agrees there.
  const { id, address, match } = await beginHandOver(person, { link });
  expect(address).not.toContain(link);
  const code = codeOf(address);
  expect(await openTelephone(phone(ctx), code)).toMatchObject({ state: "waiting", purpose: "page", match });
  expect(await refusalOf(claimHandOver(phone(ctx), code))).toBe("signing/hand-over-ended");
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takePageOver(phone(ctx), code)));
  const links = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(links).toEqual([link]);
  expect((await watchHandOver(person, { id })).state).toBe("done");
  await endHandOver(person, { id });
  expect((await openTelephone(phone(ctx), code)).state).toBe("ended");
  const there = await recipientContext(phone(ctx), links[0]!);
  expect((await openCeremony(there)).title).toBe("Lease 12B");

  const [row] = await product().admin`select sealed_link from hand_overs where id = ${id}`;
  expect(row!.sealed_link).toBeNull();
  const { trail } = await until(ctx, envelopeId, () => true);
  const told = trail.filter(({ type }) => type.startsWith("hand-over."));
  expect(told.map(({ type, data }) => [type, data.purpose])).toEqual([
    ...[
      ["hand-over.begun", "page"],
      ["hand-over.opened", "page"],
      ["hand-over.ended", undefined],
    ],
  ]);
  expect(told.map(({ actor }) => (actor as { ip?: string }).ip)).toEqual([REQUEST.ip, PHONE.ip, REQUEST.ip]);
});

test("a page that gave the telephone up, whose five minutes are over, or of somebody else is not taken over", async () => {
  const { ctx, person } = await agreed();
  if (person.actor.kind !== "recipient") throw new Error("a recipient signs");
  const link = await linkFor(ctx, person.actor.envelopeId, "Ana Ruiz");
  const given = await beginHandOver(person, { link });
  const sealedIn = async (id: string) =>
    (await product().admin`select sealed_link from hand_overs where id = ${id}`)[0]!.sealed_link;
  expect(Buffer.from(await sealedIn(given.id)).includes(Buffer.from(link))).toBe(false);
  await endHandOver(person, given);
  expect(await sealedIn(given.id)).toBeNull();
  expect(await refusalOf(takePageOver(phone(ctx), codeOf(given.address)))).toBe("signing/hand-over-ended");
  const late = await beginHandOver(person, { link });
  await product().admin`update hand_overs set expires_at = now() - interval '1 second' where id = ${late.id}`;
  expect(await refusalOf(takePageOver(phone(ctx), codeOf(late.address)))).toBe("signing/hand-over-ended");
  const drawing = await beginHandOver(person);
  expect(await refusalOf(takePageOver(phone(ctx), codeOf(drawing.address)))).toBe("signing/hand-over-ended");
  const stranger = (await agreed("Ben Okafor")).person;
  expect(await refusalOf(beginHandOver(stranger, { link }))).toBe("signing/not-found");
});

test("the telephone's page is in the language of the page that showed the code", async () => {
  const { ctx, person } = await agreed();
  const { address } = await beginHandOver(person);
  expect((await telephoneLanguages(phone(ctx), codeOf(address))).chosen).toBeNull();
  await chooseLanguage(person, { language: "ar" });
  expect((await telephoneLanguages(phone(ctx), codeOf(address))).chosen).toBe("ar");
  expect(await refusalOf(telephoneLanguages(phone(ctx), "nonsense"))).toBe("signing/not-found");
});
