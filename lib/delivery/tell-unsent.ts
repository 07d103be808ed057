import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import { mailWords } from "./core/translate.ts";
import { sendEnvelopeMail } from "./send-mail.ts";
import { loadAddressed } from "./store.ts";

/** Tells the sender that a scheduled envelope could not go out, and where to mend it. */
export async function tellUnsent(
  ctx: WorkerContext,
  input: { readonly eventId: string; readonly envelopeId: EnvelopeId; readonly at: Date },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, at } = input;
  const { envelope, sender, organizationName } = await inTransaction(ctx, (ctx) =>
    loadAddressed(ctx, envelopeId),
  );
  const t = mailWords();
  const words = { title: envelope.title, at: instantIn("en", at) };
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelopeId)}`;
  await sendEnvelopeMail(ctx, eventId, {
    ...{ envelopeId, recipientId: null, kind: "unsent", to: sender },
    compose: async () => ({
      ...{ locale: "en", subject: t("unsent.subject", words), heading: t("unsent.heading", words) },
      paragraphs: [t("unsent.lead", words)],
      button: { label: t("unsent.button"), url, plainLink: t("common.plainLink") },
      notes: [],
      footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
    }),
  });
}
