import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { openUntil } from "#lib/envelopes/core/answer-time.ts";
import { instantIn, type Language } from "#lib/envelopes/core/languages.ts";
import { ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import { type EnvelopeId, publicId, type RecipientId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords, signerMailWords } from "./core/translate.ts";
import { newLink, sendEnvelopeMail } from "./send-mail.ts";
import {
  type Addressed,
  findMember,
  languageOf,
  loadAddressed,
  type RecipientRow,
  recipientOf,
} from "./store.ts";

/** Mails somebody whose turn it is their own link; again, with a fresh one, for a reminder. */
export async function tellRecipient(
  ctx: WorkerContext,
  input: {
    readonly eventId: string;
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly isReminder: boolean;
  },
): Promise<"delivered" | "refused" | null> {
  requireSystem(ctx);
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, input.envelopeId));
  const recipient = recipientOf(addressed, input.recipientId);
  // Voided or finished meanwhile: there is nothing to ask for any more.
  if (addressed.envelope.state !== "sent" || !["notified", "viewed", "consented"].includes(recipient.state))
    return null;
  if (recipient.lapsedAt) return null;
  // Who signs in person gets no link: their host hears that it is time.
  if (recipient.hostId) return tellHost(ctx, input.eventId, addressed, recipient);
  // Their sender gives them a link; a reminder that somebody asked for is a mail all the same.
  if (recipient.isGivenLink && !input.isReminder) return null;
  return sendEnvelopeMail(ctx, input.eventId, {
    envelopeId: input.envelopeId,
    recipientId: recipient.id,
    kind: input.isReminder ? "reminder" : "invitation",
    to: recipient,
    compose: async () => invitation(addressed, recipient, await newLink(ctx, recipient.id), input.isReminder),
  });
}

async function tellHost(
  ctx: WorkerContext,
  eventId: string,
  { envelope, organizationName }: Addressed,
  { name, hostId }: RecipientRow,
): Promise<"delivered" | "refused" | null> {
  const host = await inTransaction(ctx, (ctx) => findMember(ctx, hostId!));
  if (!host) return null;
  const t = mailWords();
  const words = { name, title: envelope.title };
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelope.id)}`;
  return sendEnvelopeMail(ctx, eventId, {
    ...{ envelopeId: envelope.id, recipientId: null, kind: "hosted", to: host },
    compose: async () => ({
      ...{ locale: "en", subject: t("hosted.subject", words), heading: t("hosted.heading", words) },
      paragraphs: [t("hosted.lead", words)],
      button: { label: t("completed.senderButton"), url, plainLink: t("common.plainLink") },
      notes: [],
      footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
    }),
  });
}

/** Who else could act instead, in words; nothing where nobody could. */
function anyOf(recipient: RecipientRow, recipients: readonly RecipientRow[], language: Language): string[] {
  const first = recipient.alternativeTo ?? recipient.id;
  const others = recipients.filter(
    (one) => one.id !== recipient.id && (one.id === first || one.alternativeTo === first) && !isOut(one),
  );
  if (others.length === 0) return [];
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  return [signerMailWords(language)("invited.anyOf", { names: list.format(others.map(({ name }) => name)) })];
}

function invitation(
  { envelope, sender, organizationName, recipients }: Addressed,
  recipient: RecipientRow,
  url: string,
  isReminder: boolean,
): MailContent {
  const language = languageOf(recipient);
  const t = signerMailWords(language);
  const words = { sender: sender.name, organization: organizationName, title: envelope.title };
  const suffix = ROLE_SUFFIX[recipient.role];
  const until = openUntil(recipient.dueAt, envelope.expiresAt);
  const expires = until ? instantIn(language, until) : null;
  return {
    locale: language,
    subject: isReminder ? t("reminded.subject", words) : t(`invited.subject${suffix}`, words),
    heading: isReminder ? t("reminded.heading", words) : t(`invited.heading${suffix}`, words),
    paragraphs: [t(`invited.lead${suffix}`, words)],
    ...(envelope.message ? { quote: { intro: t("common.message", words), text: envelope.message } } : {}),
    ...(recipient.note ? { note: { intro: t("common.note", words), text: recipient.note } } : {}),
    button: { label: t(`invited.button${suffix}`), url, plainLink: t("common.plainLink") },
    notes: [
      ...anyOf(recipient, recipients, language),
      ...(expires ? [t("invited.expires", { date: expires })] : []),
      t("invited.private"),
    ],
    abuseReport: { label: t("invited.report"), url: `${url}/report` },
    footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
  };
}
