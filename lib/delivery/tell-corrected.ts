import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { signerMailWords } from "./core/translate.ts";
import { newLink, sendEnvelopeMail } from "./send-mail.ts";
import { type Addressed, languageOf, loadAddressed, type RecipientRow } from "./store.ts";

interface Correction {
  readonly eventId: string;
  readonly envelopeId: EnvelopeId;
  /** Who looked at it as it was before. */
  readonly told: readonly RecipientId[];
  /** Who is another person now, or is asked in another way. */
  readonly changed: readonly RecipientId[];
  readonly hasNewMessage: boolean;
  readonly hasNewExpiry: boolean;
}

/** Tells everybody who has looked at a document what its sender has changed since, with a fresh link. */
export async function tellCorrected(ctx: WorkerContext, input: Correction): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, told } = input;
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, envelopeId));
  if (addressed.envelope.state !== "sent") return;
  for (const recipient of addressed.recipients)
    if (
      told.includes(recipient.id) &&
      recipient.state !== "finished" &&
      !isOut(recipient) &&
      !recipient.hostId &&
      !recipient.isGivenLink
    )
      await sendEnvelopeMail(ctx, eventId, {
        ...{ envelopeId, recipientId: recipient.id, kind: "corrected", to: recipient },
        compose: async () => contentFor(addressed, recipient, input, await newLink(ctx, recipient.id)),
      });
}

function contentFor(
  { envelope, sender, organizationName, recipients }: Addressed,
  recipient: RecipientRow,
  { changed, hasNewMessage, hasNewExpiry }: Correction,
  url: string,
): MailContent {
  const language = languageOf(recipient);
  const t = signerMailWords(language);
  const words = { sender: sender.name, organization: organizationName, title: envelope.title };
  const names = recipients
    .filter((one) => changed.includes(one.delegatedFrom ?? one.id) && !isOut(one))
    .map(({ name }) => name);
  const list = new Intl.ListFormat(language, { type: "conjunction" }).format(names);
  return {
    locale: language,
    subject: t("corrected.subject", words),
    heading: t("corrected.heading", words),
    paragraphs: [
      ...(recipient.viewedAt ? [t("corrected.lead")] : []),
      ...(names.length > 0 ? [t("corrected.people", { names: list })] : []),
      ...(hasNewExpiry && envelope.expiresAt
        ? [t("invited.expires", { date: instantIn(language, envelope.expiresAt) })]
        : []),
      ...(hasNewMessage ? [t("corrected.message")] : []),
    ],
    ...(hasNewMessage && envelope.message
      ? { quote: { intro: t("common.message", words), text: envelope.message } }
      : {}),
    button: {
      label: t(`invited.button${ROLE_SUFFIX[recipient.role]}`),
      url,
      plainLink: t("common.plainLink"),
    },
    notes: [t("invited.private")],
    footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
  };
}
