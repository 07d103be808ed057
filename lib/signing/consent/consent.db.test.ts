import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { BUILT_IN_NOTICES } from "../core/consent.ts";
import { finishSigning } from "../finish-signing.ts";
import { giveConsent } from "../give-consent.ts";
import { openCeremony } from "../open-ceremony.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "../testing.ts";
import { changeContact } from "./change-contact.ts";
import { demonstrateAccess, noticeChoices, openNoticePdf } from "./demonstrate-access.ts";
import { draftNotice, dropNotice, listNotices, publishNotice, saveNoticeDraft } from "./edit-notices.ts";
import { listPaperCopies, markPaperSent, requestPaper } from "./paper-copies.ts";
import { withdrawConsent } from "./withdraw-consent.ts";

const product = testProduct({ runsJobs: true });

async function toConsumer(): Promise<{ ctx: Context; ana: Context; envelopeId: EnvelopeId }> {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }], "sequential", contract(), "consumer");
  await sendEnvelope(ctx, draft);
  const ana = await personWith(ctx, await linkFor(ctx, draft.envelopeId, "Ana Ruiz"));
  return { ctx, ana, envelopeId: draft.envelopeId };
}

async function agree(person: Context): Promise<void> {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

/** The word as a reader we did not write finds it in the file. */
function wordIn(pdf: Uint8Array): string {
  const file = path.join(product().folder, "notice.pdf");
  writeFileSync(file, pdf);
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  return /this kind of file:\s+([A-Z0-9]{4})\s/.exec(text)![1]!;
}

const dataOf = async (ctx: Context, envelopeId: EnvelopeId | null, type: string) =>
  (await readChain(ctx, envelopeId)).entries.findLast((entry) => entry.type === type)?.data;

test.runIf(existsSync("/usr/bin/pdftotext"))(
  "a consumer agrees only after reading a word out of the notice's PDF",
  async () => {
    const { ctx, ana, envelopeId } = await toConsumer();
    const { consent } = await openCeremony(ana);
    expect(consent).toMatchObject({ mode: "consumer", version: "consumer-1", isAccessShown: false });
    expect(await refusalOf(agree(ana))).toBe("signing/access-not-shown");
    expect(await refusalOf(demonstrateAccess(ana, { word: "BCDF", method: "typed" }))).toBe(
      "signing/notice-not-opened",
    );

    const { version, locale } = consent;
    const pdf = await openNoticePdf(ana, { version, locale });
    const word = wordIn(pdf);
    const wrong = (await noticeChoices(ana)).find((choice) => choice !== word)!;
    expect(await refusalOf(demonstrateAccess(ana, { word: wrong, method: "typed" }))).toBe(
      "signing/word-wrong",
    );
    expect(await openNoticePdf(ana, { version, locale })).toEqual(pdf);
    await demonstrateAccess(ana, { word: ` ${word.toLowerCase()}`, method: "typed" });
    await agree(ana);

    const pdfSha256 = createHash("sha256").update(pdf).digest("hex");
    expect(await dataOf(ctx, envelopeId, "consent.given")).toMatchObject({
      notice: { version: "consumer-1", locale: "en", sha256: consent.sha256, mode: "consumer" },
      demonstration: { method: "typed", pdfSha256 },
    });
    await sign(ana);
    await until(ctx, envelopeId, ({ state }) => state === "completed");
  },
);

test.runIf(existsSync("/usr/bin/pdftotext"))("who chose a wrong word gets another one", async () => {
  const { ana } = await toConsumer();
  const { version, locale } = (await openCeremony(ana)).consent;
  const word = wordIn(await openNoticePdf(ana, { version, locale }));
  const wrong = (await noticeChoices(ana)).find((choice) => choice !== word)!;
  expect(await refusalOf(demonstrateAccess(ana, { word: wrong, method: "chosen" }))).toBe(
    "signing/word-wrong",
  );
  expect(await refusalOf(demonstrateAccess(ana, { word, method: "chosen" }))).toBe(
    "signing/notice-not-opened",
  );
  const next = wordIn(await openNoticePdf(ana, { version, locale }));
  expect(next).not.toBe(word);
  await demonstrateAccess(ana, { word: next, method: "chosen" });
  await agree(ana);
});

test("a notice is drafted, published and then fixed, and its older versions stay", async () => {
  const organization = await product().newOrganization();
  const counsel = await organization.member("counsel");
  const id = await draftNotice(counsel, { mode: "consumer", locale: "en" });
  expect(await draftNotice(counsel, { mode: "consumer", locale: "en" })).toBe(id);
  const { parts } = BUILT_IN_NOTICES.find(({ mode }) => mode === "consumer")!;
  await saveNoticeDraft(counsel, { id, parts: { ...parts, paper: "" } });
  expect(await refusalOf(publishNotice(counsel, { id, parts: { ...parts, paper: "" } }))).toBe(
    "signing/notice-incomplete",
  );
  await publishNotice(counsel, { id, parts: { ...parts, paper: "Paper costs 2 EUR." } });
  expect(await refusalOf(saveNoticeDraft(counsel, { id, parts }))).toBe("signing/notice-published");
  expect(await refusalOf(publishNotice(counsel, { id, parts }))).toBe("signing/notice-published");
  expect(await refusalOf(dropNotice(counsel, { id }))).toBe("signing/notice-published");
  const { organizationId } = counsel;
  const behind = counsel.runtime.database.db.transaction(async (tx) => {
    await tx.execute(`select set_config('app.organization_id', '${organizationId}', true)`);
    await tx.execute(`update consent_notices set body = 'other' where id = '${id}'`);
  });
  await expect(behind).rejects.toMatchObject({ cause: { code: "42501" } });

  const next = await draftNotice(counsel, { mode: "consumer", locale: "en" });
  const notices = (await listNotices(counsel)).filter(({ locale }) => locale === "en");
  expect(notices.map(({ version, isCurrent }) => `${version} ${isCurrent}`)).toEqual([
    ...["consumer-3 false", "consumer-2 true", "business-1 true", "consumer-1 false"],
  ]);
  const published = notices[1]!;
  expect(published.body).toContain("Paper costs 2 EUR.");
  expect(await dataOf(counsel, null, "consent-notice.published")).toMatchObject({
    notice: { version: "consumer-2", sha256: published.sha256 },
  });
  await dropNotice(counsel, { id: next });
  expect(await refusalOf(dropNotice(counsel, { id: next }))).toBe("signing/notice-not-found");
  expect(await refusalOf(listNotices(await organization.member("sender")))).toBe("authorize/not-allowed");
});

test("a language is offered once it has a notice", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const id = await draftNotice(owner, { mode: "business", locale: "de" });
  await publishNotice(owner, { id, parts: { text: "Sie unterschreiben elektronisch." } });
  const { envelopeId } = await sent(owner, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(owner, await linkFor(owner, envelopeId, "Ana Ruiz"));
  const { consent } = await openCeremony(ana, { languages: ["de-AT", "en"] });
  expect(consent).toMatchObject({ version: "business-2", locale: "de" });
  const { version, locale, sha256 } = consent;
  const wording = "Agree and continue";
  expect(await refusalOf(giveConsent(ana, { version, locale: "en", sha256, wording }))).toBe(
    "signing/consent-unknown",
  );
  await giveConsent(ana, { version, locale, sha256, wording });
  expect(await dataOf(owner, envelopeId, "consent.given")).toMatchObject({ notice: { locale: "de" } });
});

test("withdrawn before signing, no signature is asked for and the sender gets it back with the reason", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  await agree(ana);
  expect(await withdrawConsent(ana, { reason: "I read better on paper" })).toBe("returned");
  const envelope = await until(
    ctx,
    envelopeId,
    ({ state, trail }) =>
      state === "declined" &&
      trail.some(({ type, data }) => type === "mail.delivered" && data.kind === "declined"),
  );
  expect(envelope.endReason).toMatch(/consent withdrawn.*I read better on paper/);
  expect(await dataOf(ctx, envelopeId, "consent.withdrawn")).toMatchObject({ effect: "returned" });
  const [ben] = await product()
    .admin`select state from recipients where name = 'Ben Okafor' and envelope_id = ${envelopeId}`;
  expect(ben).toMatchObject({ state: "waiting" });
});

test("withdrawn after signing, what was signed stays and the wish is shown next time", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const first = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, first.envelopeId, "Ana Ruiz"));
  await sign(ana);
  await until(ctx, first.envelopeId, ({ state }) => state === "completed");
  expect(await withdrawConsent(ana, { reason: "" })).toBe("future");
  expect(await refusalOf(withdrawConsent(ana, { reason: "" }))).toBe("signing/already-withdrawn");
  await until(ctx, first.envelopeId, ({ trail }) =>
    trail.some(({ type, data }) => type === "mail.delivered" && data.kind === "consentWithdrawn"),
  );
  expect((await openCeremony(ana)).status).toBe("completed");

  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  expect((await getDraft(ctx, draft)).withdrawn).toEqual([
    { recipientId: draft.content.recipients[0]!.id, at: expect.any(String) },
  ]);
  const second = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const again = await personWith(ctx, await linkFor(ctx, second.envelopeId, "Ana Ruiz"));
  expect((await openCeremony(again)).consent.withdrawnAt).toEqual(expect.any(Date));
  await agree(again);
  expect((await openCeremony(again)).consent.withdrawnAt).toBeNull();
  expect((await getDraft(ctx, draft)).withdrawn).toEqual([]);
});

test("a paper copy is asked for, the sender told, and marked as sent once", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  expect(await refusalOf(requestPaper(ana, { address: " \n" }))).toBe("signing/address-missing");
  await requestPaper(ana, { address: "Harbour Street 4\n1200 Lisbon" });
  await changeContact(ana, { contact: "ana@new.example" });
  await until(ctx, envelopeId, ({ trail }) =>
    ["paperAsked", "contactChanged"].every((kind) =>
      trail.some(({ type, data }) => type === "mail.delivered" && data.kind === kind),
    ),
  );
  const mails = (await readOutbox(ctx)) ?? [];
  const asked = mails.find(({ subject }) => subject === "Ana Ruiz asks for “Lease 12B” on paper")!;
  expect((await openOutboxMail(ctx, { mailId: asked.id })).text).toContain("Harbour Street 4");

  const [copy] = await listPaperCopies(ctx, { envelopeId });
  expect(copy).toMatchObject({ name: "Ana Ruiz", address: "Harbour Street 4\n1200 Lisbon", sentAt: null });
  const other = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(markPaperSent(other, { id: copy!.id }))).toBe("signing/paper-not-asked");
  expect(await refusalOf(markPaperSent(await organization.member("sender"), { id: copy!.id }))).toBe(
    "authorize/not-allowed",
  );
  await markPaperSent(ctx, { id: copy!.id });
  await markPaperSent(ctx, { id: copy!.id });
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.filter(({ type }) => type === "paper-copy.sent")).toHaveLength(1);
  expect((await listPaperCopies(ctx, { envelopeId }))[0]!.sentAt).toEqual(expect.any(Date));
  const [body] = await product().admin`select body from audit_events where envelope_id = ${envelopeId}
    and type = 'paper-copy.requested'`;
  expect(body!.body).not.toContain("Harbour Street");
});

/** Finishes with what is there, under what was agreed to. */
async function finishAs(person: Context): Promise<void> {
  const { documents } = await openCeremony(person);
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(person, { shown, wording: "Finish", timeZone: "Europe/Lisbon" });
}

describe("a material change of a notice", () => {
  const CHANGED = "From May you need a program that opens PDF 2.0 files.";

  async function changes(ctx: Context, mode: "business" | "consumer", more: object = {}): Promise<void> {
    const id = await draftNotice(ctx, { mode, locale: "en" });
    const { parts } = BUILT_IN_NOTICES.find((one) => one.mode === mode && one.locale === "en")!;
    await publishNotice(ctx, { id, parts: { ...parts, changes: CHANGED }, isMaterial: true, ...more });
  }

  test("asks those anew who agreed and have not finished: nothing goes on before they agree again", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
    const before = (await openCeremony(ana)).consent;
    await agree(ana);
    expect((await openCeremony(ana)).consent).toMatchObject({ isGiven: true, change: null });

    await changes(ctx, "business");
    const { consent } = await openCeremony(ana);
    expect(consent).toMatchObject({ isGiven: false, version: "business-2", change: CHANGED });
    expect(consent.body.startsWith(CHANGED)).toBe(true);
    expect(await refusalOf(finishAs(ana))).toBe("signing/consent-outdated");
    const { version, locale, sha256 } = before;
    const wording = "Agree and continue";
    expect(await refusalOf(giveConsent(ana, { version, locale, sha256, wording }))).toBe(
      "signing/consent-unknown",
    );
    await agree(ana);
    expect((await openCeremony(ana)).consent).toMatchObject({ isGiven: true, change: null });
    expect(await dataOf(ctx, envelopeId, "consent.given")).toMatchObject({
      notice: { version: "business-2", sha256: consent.sha256 },
      anew: { before: "business-1 en", changes: [{ version: "business-2", sha256: consent.sha256 }] },
    });
    await sign(ana);
    await until(ctx, envelopeId, ({ state }) => state === "completed");
  });

  test("may be answered by withdrawing, and leaves those alone who sign under another mode", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
    const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
    await agree(ana);
    await changes(ctx, "consumer");
    expect((await openCeremony(ana)).consent).toMatchObject({ isGiven: true, change: null });
    await changes(ctx, "business");
    expect((await openCeremony(ana)).consent.isGiven).toBe(false);
    // Who agrees for the first time agrees once.
    const ben = await personWith(ctx, await linkFor(ctx, envelopeId, "Ben Okafor"));
    expect((await openCeremony(ben)).consent).toMatchObject({ isGiven: false, change: null });
    await agree(ben);
    expect((await dataOf(ctx, envelopeId, "consent.given"))?.anew).toBeUndefined();
    expect(await withdrawConsent(ana, { reason: "" })).toBe("returned");
  });

  test("says what has changed, or is not published; a version that is none asks nobody anew", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
    await agree(ana);
    const id = await draftNotice(ctx, { mode: "business", locale: "en" });
    const parts = { text: "Other words." };
    expect(await refusalOf(publishNotice(ctx, { id, parts, isMaterial: true }))).toBe(
      "signing/notice-incomplete",
    );
    await publishNotice(ctx, { id, parts });
    expect((await openCeremony(ana)).consent).toMatchObject({ isGiven: true, change: null });
    await changes(ctx, "business");
    const next = await draftNotice(ctx, { mode: "business", locale: "en" });
    const draft = (await listNotices(ctx)).find((one) => one.id === next)!;
    expect(draft.parts.find(({ name }) => name === "changes")?.text).toBe("");
    await dropNotice(ctx, { id: next });
  });

  test.runIf(existsSync("/usr/bin/pdftotext"))(
    "has consumers show again that they can open the files, by another word",
    async () => {
      const { ctx, ana, envelopeId } = await toConsumer();
      const shows = async () => {
        const { version, locale } = (await openCeremony(ana)).consent;
        const pdf = await openNoticePdf(ana, { version, locale });
        await demonstrateAccess(ana, { word: wordIn(pdf), method: "typed" });
        return pdf;
      };
      await shows();
      await agree(ana);
      await changes(ctx, "consumer");
      const { consent } = await openCeremony(ana);
      expect(consent).toMatchObject({ isGiven: false, isAccessShown: false, change: CHANGED });
      expect(await refusalOf(agree(ana))).toBe("signing/access-not-shown");
      const pdf = await shows();
      await agree(ana);
      const pdfSha256 = createHash("sha256").update(pdf).digest("hex");
      expect(await dataOf(ctx, envelopeId, "consent.given")).toMatchObject({
        ...{ anew: { before: "consumer-1 en" }, demonstration: { pdfSha256 } },
      });
    },
  );

  test("is mailed to everybody who has signed, once, where that was chosen", async () => {
    const ctx = await (await product().newOrganization()).member("owner");
    const finished: EnvelopeId[] = [];
    for (const name of ["Ana Ruiz", "Ben Okafor", "Ana Ruiz"]) {
      const { envelopeId } = await sent(ctx, [{ name }]);
      await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)));
      finished.push(envelopeId);
    }
    const ben = await personWith(ctx, await linkFor(ctx, finished[1]!, "Ben Okafor"));
    await withdrawConsent(ben, { reason: "" });
    const mailed = async () => {
      const chains = await Promise.all(finished.map((id) => readChain(ctx, id)));
      return chains.map(
        ({ entries }) => entries.filter(({ data }) => data.kind === "consent-changed").length,
      );
    };
    await changes(ctx, "business");
    await changes(ctx, "business", { isTold: true });
    await until(ctx, finished[2]!, ({ trail }) => trail.some(({ data }) => data.kind === "consent-changed"));
    expect(await mailed()).toEqual([0, 0, 1]);
    const outbox = (await readOutbox(ctx)) ?? [];
    const mail = outbox.find(({ subject }) => subject.includes("electronic records"))!;
    const { text } = await openOutboxMail(ctx, { mailId: mail.id });
    expect(text).toContain(CHANGED);
    expect(text).toContain("without a fee");
    expect(text).toMatch(/\/sign\/[\w-]+\/rights/);
  });
});
