import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import type { RecipientId } from "#lib/ids.ts";
import { noticeSha256, noticeWords } from "../core/consent.ts";
import { requireTurn } from "../core/finish.ts";
import { noticePdf } from "../core/notice-pdf.ts";
import { isNoticeWord, newNoticeWord } from "../core/notice-word.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, type LoadedCeremony, loadCeremony, loadSender, loadSettings } from "../store.ts";
import { knownNotice } from "./known-notice.ts";
import { changeTrial, findTrial, saveTrial, type TrialRow } from "./store.ts";

const TRIES = { tries: 20, windowSeconds: 86_400 };
/** In place of a hash: the word was guessed at, and the next file has another. */
const GIVEN_AWAY = "";
const FILES = { tries: 60, windowSeconds: 3_600 };

const Wanted = z.object({ version: z.string().max(40), locale: z.string().max(20) });

/** The notice as a PDF with this person's word on its last line. @throws signing/consent-unknown */
export async function openNoticePdf(ctx: Context, input: z.input<typeof Wanted>): Promise<Uint8Array> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { version, locale } = Wanted.parse(input);
  await limitRate(ctx.runtime, `notice:${recipientId}`, FILES);
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const { envelope } = loaded;
    const before = askedAgainSince(loaded, recipientId);
    const notice = await knownNotice(ctx, version, locale);
    const { organizationName } = await loadSender(ctx, envelope);
    const { settings } = await loadSettings(ctx);
    const words = noticeWords(notice.locale);
    const fresh = (trial: Pick<TrialRow, "word" | "createdAt">) =>
      noticePdf(
        notice,
        {
          heading: words.heading,
          author: organizationName,
          wordLine: words.wordLine,
          word: trial.word,
          paper: settings.paper,
          createdAt: trial.createdAt,
          seed: sha256(new TextEncoder().encode(`${recipientId} ${trial.word} ${noticeSha256(notice)}`)),
        },
        ctx.runtime.fonts,
      );
    const known = await findTrial(ctx, recipientId);
    const counts = known !== null && (!before || known.createdAt > before);
    if (counts && known.noticeSha256 === noticeSha256(notice)) return fresh(known);
    const trial = { ...newNoticeWord(ctx.runtime.random(64)), createdAt: ctx.now() };
    const pdf = fresh(trial);
    await saveTrial(ctx, {
      ...{ organizationId: ctx.organizationId, recipientId, ...trial },
      ...{ noticeSha256: noticeSha256(notice), pdfSha256: toHex(sha256(pdf)) },
    });
    return pdf;
  });
}

/** When somebody agreed who is asked anew: what they showed before then shows nothing now. */
function askedAgainSince(loaded: LoadedCeremony, recipientId: RecipientId): Date | null {
  const { isConsentOutdated, recipient } = ceremonyOf(loaded, recipientId);
  return isConsentOutdated ? recipient.consentedAt : null;
}

/** The word among others, for whom choosing is easier than typing. @throws signing/notice-not-opened */
export async function noticeChoices(ctx: Context): Promise<readonly string[]> {
  const { recipientId } = requireRecipient(ctx);
  return inTransaction(ctx, async (ctx) => {
    const trial = await findTrial(ctx, recipientId);
    if (!trial) throw signingError("notice-not-opened", "no file was asked for");
    return trial.choices;
  });
}

const Answer = z.object({ word: z.string().max(40), method: z.enum(["typed", "chosen"]) });

/**
 * Checks the word somebody read out of the PDF, which reasonably demonstrates that they can open what is sent to them.
 * A wrong choice makes another word necessary.
 *
 * @see 15 USC 7001(c)(1)(C)(ii) @throws signing/word-wrong, notice-not-opened
 */
export async function demonstrateAccess(ctx: Context, input: z.input<typeof Answer>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { word, method } = Answer.parse(input);
  await limitRate(ctx.runtime, `notice-word:${recipientId}`, TRIES);
  const isRight = await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    requireTurn(ceremonyOf(loaded, recipientId));
    const before = askedAgainSince(loaded, recipientId);
    const trial = await findTrial(ctx, recipientId, true);
    if (!trial || trial.noticeSha256 === GIVEN_AWAY)
      throw signingError("notice-not-opened", "no file was asked for");
    if (trial.passedAt && (!before || trial.passedAt > before)) return true;
    if (!isNoticeWord(word, trial.word)) {
      if (method === "chosen") await changeTrial(ctx, recipientId, { noticeSha256: GIVEN_AWAY });
      return false;
    }
    await changeTrial(ctx, recipientId, { passedAt: ctx.now(), method });
    const { noticeSha256, pdfSha256 } = trial;
    const data = { recipient: recipientId, method, noticeSha256, pdfSha256 };
    await appendEvent(ctx, { type: "consent.demonstrated", envelopeId, data });
    return true;
  });
  if (!isRight) throw signingError("word-wrong", `${method} another word`);
}
