import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { CHANGES_PART } from "#lib/signing/core/consent.ts";
import { findPublished, loadWhoAgreed } from "./changes-store.ts";
import { signerMailWords } from "./core/translate.ts";
import { newLink, sendEnvelopeMail } from "./send-mail.ts";
import { languageOf, loadAddressed, recipientOf } from "./store.ts";
import { downloadUntil } from "./tell-outcome.ts";

/**
 * Mails everybody who has finished under an earlier notice what has materially changed, and that they may withdraw without
 * a fee; each person once, and safe to run again.
 *
 * @see 15 USC 7001(c)(1)(D)
 */
export async function tellConsentChange(
  ctx: WorkerContext,
  input: { readonly eventId: string; readonly noticeId: string },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, noticeId } = input;
  const notice = await inTransaction(ctx, (ctx) => findPublished(ctx, noticeId));
  if (!notice?.isTold || !notice.publishedAt) return;
  const { mode, publishedAt, parts } = notice;
  const people = await inTransaction(ctx, (ctx) => loadWhoAgreed(ctx, mode, publishedAt));
  for (const { envelopeId, recipientId } of people) {
    const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, envelopeId));
    const { envelope, organizationName } = addressed;
    const recipient = recipientOf(addressed, recipientId);
    const language = languageOf(recipient);
    const t = signerMailWords(language);
    const words = { organization: organizationName, title: envelope.title };
    await sendEnvelopeMail(ctx, eventId, {
      ...{ envelopeId, recipientId, kind: "consent-changed", to: recipient },
      compose: async () => ({
        locale: language,
        subject: t("consentChanged.subject", words),
        heading: t("consentChanged.heading"),
        paragraphs: [],
        quote: { intro: t("consentChanged.lead", words), text: parts[CHANGES_PART] ?? "" },
        button: {
          label: t("consentChanged.button"),
          url: `${await newLink(ctx, recipientId, downloadUntil(ctx.now()))}/rights`,
          plainLink: t("common.plainLink"),
        },
        notes: [t("consentChanged.free")],
        footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
      }),
    });
  }
}
