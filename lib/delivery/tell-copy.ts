import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { signerMailWords } from "./core/translate.ts";
import { newLink, sendEnvelopeMail } from "./send-mail.ts";
import { languageOf, loadAddressed, recipientOf } from "./store.ts";
import { downloadUntil } from "./tell-outcome.ts";

/** Mails somebody who was not in it a link to the finished documents. @param input.message the sender's words */
export async function tellCopy(
  ctx: WorkerContext,
  input: {
    readonly eventId: string;
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly message: string;
  },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, recipientId, message } = input;
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, envelopeId));
  const { envelope, sender, organizationName } = addressed;
  if (envelope.purgedAt) return;
  const recipient = recipientOf(addressed, recipientId);
  const language = languageOf(recipient);
  const t = signerMailWords(language);
  const words = { sender: sender.name, title: envelope.title };
  await sendEnvelopeMail(ctx, eventId, {
    ...{ envelopeId, recipientId, kind: "copy", to: recipient },
    compose: async () => ({
      ...{ locale: language, subject: t("completed.subject", words), heading: t("completed.heading", words) },
      paragraphs: [t("completed.lead")],
      ...(message === "" ? {} : { quote: { intro: t("common.message", words), text: message } }),
      button: {
        label: t("completed.button"),
        url: await newLink(ctx, recipientId, downloadUntil(ctx.now())),
        plainLink: t("common.plainLink"),
      },
      notes: [],
      footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
    }),
  });
}
