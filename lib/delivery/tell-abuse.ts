import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { type EnvelopeId, publicId, type RecipientId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadAddressed, loadKeepers, recipientOf } from "./store.ts";

const LOCALE = "en";

export interface AbuseReport {
  readonly eventId: string;
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
  /** One of the ceremony's reasons, as a code. */
  readonly reason: string;
  /** The person's own words. */
  readonly details: string;
}

/** Tells every owner and admin that somebody says an envelope should not have been sent to them. */
export async function tellAbuse(ctx: WorkerContext, abuse: AbuseReport): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, recipientId, reason, details } = abuse;
  const { addressed, keepers } = await inTransaction(ctx, async (ctx) => ({
    addressed: await loadAddressed(ctx, envelopeId),
    keepers: await loadKeepers(ctx),
  }));
  const { envelope, sender, organizationName } = addressed;
  const { name } = recipientOf(addressed, recipientId);
  const t = mailWords();
  const words = { name, title: envelope.title, sender: sender.name, reason: t(`abuse.reasons.${reason}`) };
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelopeId)}`;
  const content: MailContent = {
    locale: LOCALE,
    subject: t("abuse.subject", words),
    heading: t("abuse.heading", words),
    paragraphs: [t("abuse.lead", words), t("abuse.next")],
    ...(details === "" ? {} : { quote: { intro: t("common.theyWrote", words), text: details } }),
    button: { label: t("abuse.button"), url, plainLink: t("common.plainLink") },
    notes: [],
    footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
