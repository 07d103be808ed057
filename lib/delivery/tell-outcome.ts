import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import { type FilesToMail, filesToMail } from "#lib/evidence/files-to-mail.ts";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { decideMailedFiles, type MailedAs } from "./core/mailed-files.ts";
import { mailWords, signerMailWords } from "./core/translate.ts";
import { newLink, sendEnvelopeMail } from "./send-mail.ts";
import { type Addressed, languageOf, loadAddressed, type RecipientRow } from "./store.ts";

const DOWNLOAD_DAYS = 90;
/** Until when a link to finished documents works that is mailed now. */
export const downloadUntil = (now: Date): Date => new Date(now.getTime() + DOWNLOAD_DAYS * 86_400_000);

export type Outcome = "completed" | "declined" | "voided" | "expired";

/** Tells everybody who knows of an envelope how it ended; at completion with a link to their copy. */
export async function tellOutcome(
  ctx: WorkerContext,
  input: { readonly eventId: string; readonly envelopeId: EnvelopeId; readonly outcome: Outcome },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, outcome } = input;
  const addressed = await inTransaction(ctx, (ctx) => loadAddressed(ctx, envelopeId));
  const files = outcome === "completed" ? await filesToMail(ctx, { envelopeId }) : null;
  const knows = ({ role, notifiedAt, state }: RecipientRow) =>
    (notifiedAt !== null && !isOut({ state })) || (outcome === "completed" && role === "copy");
  // Who had finished may still read what they signed.
  const mayRead = ({ state }: RecipientRow) => outcome === "voided" && state === "finished";
  const linkFor = async (recipient: RecipientRow) =>
    outcome === "completed" || mayRead(recipient)
      ? newLink(ctx, recipient.id, downloadUntil(ctx.now()))
      : null;
  for (const recipient of addressed.recipients.filter(knows)) {
    const isGuarded = recipient.check !== "none" || recipient.furtherChecks.length > 0;
    const { hiddenDocuments: hidden } = recipient;
    const own = files && hidden.length > 0 ? await filesToMail(ctx, { envelopeId, hidden }) : files;
    const mailed = mailedWith(ctx, own, isGuarded);
    await sendEnvelopeMail(ctx, eventId, {
      envelopeId,
      recipientId: recipient.id,
      kind: outcome,
      to: recipient,
      compose: async () =>
        contentFor(addressed, outcome, await linkFor(recipient), languageOf(recipient), mailed.as),
      attach: mailed.attach,
    });
  }
  if (outcome === "voided" || addressed.muted.includes(outcome)) return;
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelopeId)}`;
  const mailed = mailedWith(ctx, files, files?.asksReason ?? false);
  await sendEnvelopeMail(ctx, eventId, {
    envelopeId,
    recipientId: null,
    kind: outcome,
    to: addressed.sender,
    compose: async () => contentFor(addressed, outcome, url, null, mailed.as),
    attach: mailed.attach,
  });
}

/** What goes with a mail, and what it says of that. Mail that is kept to be read here carries nothing. */
function mailedWith({ runtime }: WorkerContext, files: FilesToMail | null, isGuarded: boolean) {
  const isOn = files !== null && runtime.mail.name === "smtp";
  const { isSensitive = true, sizeBytes = 0 } = files ?? {};
  const as = decideMailedFiles({
    ...{ isOn, isSensitive, isGuarded, sizeBytes },
    mostBytes: runtime.config.limits.mailedBytes,
  });
  return { as, attach: async () => (files && as === "attached" ? files.open() : []) };
}

function contentFor(
  { envelope, recipients, sender, organizationName }: Addressed,
  outcome: Outcome,
  url: string | null,
  /** Of a recipient; null for the sender. */
  language: Language | null,
  mailed: MailedAs,
): MailContent {
  const isSender = language === null;
  const t = isSender ? mailWords() : signerMailWords(language);
  const name = recipients.find(({ state }) => state === "declined")?.name ?? "";
  const words = { sender: sender.name, title: envelope.title, name, reason: envelope.endReason ?? "" };
  const paragraphs: Record<Outcome, readonly string[]> = {
    completed: [
      t(isSender ? "completed.senderLead" : "completed.lead"),
      ...(mailed === "attached" ? [t("completed.attached")] : []),
      ...(mailed === "too-large" ? [t("completed.tooLarge")] : []),
    ],
    declined: isSender ? [t("declined.lead", words)] : [t("declined.othersLead")],
    voided: [t("voided.lead", words), t(url ? "voided.kept" : "voided.nothing")],
    expired: [t(isSender ? "expired.senderLead" : "expired.lead", words)],
  };
  const label = t(
    isSender ? "completed.senderButton" : outcome === "voided" ? "voided.button" : "completed.button",
  );
  return {
    locale: language ?? "en",
    subject: t(`${outcome}.subject`, words),
    heading: t(`${outcome}.heading`, words),
    paragraphs: paragraphs[outcome],
    ...(url ? { button: { label, url, plainLink: t("common.plainLink") } } : {}),
    notes: [],
    footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
  };
}
