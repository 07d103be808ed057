import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { listApprovers, loadAddressed } from "./store.ts";

export type ApprovalNews = "approvalAsked" | "sendingApproved" | "sendingReturned";

const MOST_TOLD = 50;

/**
 * Tells whoever may approve a draft that it waits for them, or its sender what was said. Under the same id again, the
 * mail server has it once.
 *
 * @param input.name who asked or decided. @param input.text their own words.
 */
export async function tellApproval(
  ctx: WorkerContext,
  input: {
    readonly eventId: string;
    readonly envelopeId: EnvelopeId;
    readonly news: ApprovalNews;
    readonly byId: string;
    readonly name: string;
    readonly text: string;
  },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopeId, news, byId, name, text } = input;
  const { addressed, people } = await inTransaction(ctx, async (ctx) => {
    const addressed = await loadAddressed(ctx, envelopeId);
    const { ownerId } = addressed.envelope;
    const asked = news === "approvalAsked" ? await listApprovers(ctx, ownerId, MOST_TOLD + 2) : [];
    return { addressed, people: asked.filter(({ id }) => id !== ownerId && id !== byId).slice(0, MOST_TOLD) };
  });
  const { envelope, sender, organizationName } = addressed;
  // Sent, thrown away or answered meanwhile: nobody has to look any more.
  if (envelope.state !== "draft" || envelope.deletedAt) return;
  const t = mailWords();
  const words = { name, title: envelope.title };
  const url = `${ctx.runtime.config.baseUrl}/envelopes/${publicId("envelope", envelopeId)}/approval`;
  for (const to of news === "approvalAsked" ? people : [{ id: "sender", ...sender }])
    await deliver(ctx, `${eventId}.${to.id}`, to, {
      ...{ locale: "en", subject: t(`${news}.subject`, words), heading: t(`${news}.heading`, words) },
      paragraphs: [t(`${news}.lead`, words)],
      ...(text === "" ? {} : { quote: { intro: t("common.theyWrote", words), text } }),
      button: { label: t(`${news}.button`), url, plainLink: t("common.plainLink") },
      notes: [],
      footer: t("common.about", { organization: organizationName, shortId: envelope.shortId }),
    });
}
