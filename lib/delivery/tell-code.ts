import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { issueCode, settleCode } from "#lib/signing/checks/issue-code.ts";
import type { MailContent } from "./core/mail-content.ts";
import { signerMailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { type Addressed, languageOf, loadAddressed, type RecipientRow, recipientOf } from "./store.ts";

/**
 * Sends somebody the code they asked for. What the provider does not take is not tried again behind their back: they
 * are told, and ask again or go another way.
 */
export async function tellCode(
  ctx: WorkerContext,
  input: {
    readonly eventId: string;
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly challengeId: string;
  },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, ...challenge } = input;
  const issued = await issueCode(ctx, challenge);
  if (issued === null) return;
  const { code } = issued;
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, input.envelopeId));
  const recipient = recipientOf(addressed, input.recipientId);
  const language = languageOf(recipient);
  const { mail, sms } = ctx.runtime;
  const isSms = issued.method === "sms-code";
  const failure = await (isSms
    ? sendSms(ctx, eventId, recipient, smsText(ctx, addressed, language, code))
    : sendMail(ctx, eventId, recipient, codeMail(addressed, language, code)));
  await settleCode(ctx, challenge, { failure, via: isSms ? sms.name : mail.name });
}

async function sendSms(ctx: WorkerContext, id: string, { phone }: RecipientRow, text: string) {
  try {
    await ctx.runtime.sms.send({ id, organizationId: ctx.organizationId, to: phone, text });
    return null;
  } catch (error) {
    return failureOf(ctx, error, "sms");
  }
}

async function sendMail(ctx: WorkerContext, id: string, recipient: RecipientRow, content: MailContent) {
  try {
    return (await deliver(ctx, id, recipient, content)) === null ? null : "mail/refused";
  } catch (error) {
    return failureOf(ctx, error, "mail");
  }
}

function failureOf(ctx: WorkerContext, error: unknown, kind: "sms" | "mail"): string {
  ctx.runtime.log.warn({ err: error }, "a code could not be sent");
  return isRefusal(error) && error.code.startsWith(`${kind}/`) ? error.code : `${kind}/unavailable`;
}

/** The last line lets telephones fill the code in, on this site only. @see https://wicg.github.io/sms-one-time-codes/ */
function smsText(
  ctx: WorkerContext,
  { envelope, organizationName }: Addressed,
  language: Language,
  code: string,
): string {
  const t = signerMailWords(language);
  const text = t("code.sms", { code, title: envelope.title.slice(0, 60), organization: organizationName });
  return `${text}\n\n@${new URL(ctx.runtime.config.baseUrl).hostname} #${code}`;
}

/** The subject is shown on locked screens, so the code is not in it. */
function codeMail(
  { envelope, organizationName, sender }: Addressed,
  language: Language,
  code: string,
): MailContent {
  const t = signerMailWords(language);
  const words = { title: envelope.title, organization: organizationName, sender: sender.name };
  return {
    locale: language,
    subject: t("code.subject", words),
    heading: t("code.heading", { code }),
    paragraphs: [t("code.lead", words), t("code.careful")],
    notes: [],
    footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
  };
}
