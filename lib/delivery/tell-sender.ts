import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { type EnvelopeId, publicId, type RecipientId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { sendEnvelopeMail } from "./send-mail.ts";
import { loadAddressed, recipientOf } from "./store.ts";

const LOCALE = "en";

export type SenderNews =
  | "paperAsked"
  | "contactChanged"
  | "consentWithdrawn"
  | "delegated"
  | "lapsed"
  | "linkAsked"
  | "offlineKept"
  | "mailBack"
  | "reminderHeld";

/** Tells the sender what somebody they sent a document to wants of them. @param input.text the person's own words. */
export async function tellSender(
  ctx: WorkerContext,
  input: {
    readonly eventId: string;
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly news: SenderNews;
    readonly text: string;
  },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, recipientId, news, text } = input;
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, envelopeId));
  const { envelope, sender, muted, organizationName } = addressed;
  if ((muted as readonly SenderNews[]).includes(news)) return;
  const { name } = recipientOf(addressed, recipientId);
  const t = mailWords();
  const words = { name, title: envelope.title };
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelopeId)}`;
  await sendEnvelopeMail(ctx, eventId, {
    ...{ envelopeId, recipientId: null, kind: news, to: sender },
    compose: async (): Promise<MailContent> => ({
      locale: LOCALE,
      subject: t(`${news}.subject`, words),
      heading: t(`${news}.heading`, words),
      paragraphs: [t(`${news}.lead`, words)],
      ...(text === "" ? {} : { quote: { intro: t("common.theyWrote", words), text } }),
      button: { label: t("completed.senderButton"), url, plainLink: t("common.plainLink") },
      notes: [],
      footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
    }),
  });
}
