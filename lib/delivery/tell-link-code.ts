import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import {
  type IssuedLinkCode,
  issueLinkCode,
  settleLinkCode,
} from "#lib/signing/public-links/start-envelope.ts";
import type { MailContent } from "./core/mail-content.ts";
import { signerMailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";

/** Sends the code to who wants to start from a public link. What is not taken is not tried again behind their back. */
export async function tellLinkCode(
  ctx: WorkerContext,
  { eventId, requestId }: { readonly eventId: string; readonly requestId: string },
): Promise<void> {
  requireSystem(ctx);
  const issued = await issueLinkCode(ctx, { requestId });
  if (!issued) return;
  const failure = await send(ctx, eventId, issued);
  await settleLinkCode(ctx, { requestId }, { failure, via: ctx.runtime.mail.name });
}

async function send(ctx: WorkerContext, eventId: string, issued: IssuedLinkCode): Promise<string | null> {
  try {
    return (await deliver(ctx, eventId, issued, contentOf(issued))) === null ? null : "mail/refused";
  } catch (error) {
    ctx.runtime.log.warn({ err: error }, "a code could not be sent");
    return isRefusal(error) && error.code.startsWith("mail/") ? error.code : "mail/unavailable";
  }
}

/** The subject is shown on locked screens, so the code is not in it. */
function contentOf({ code, language, title, organizationName }: IssuedLinkCode): MailContent {
  const t = signerMailWords(language);
  return {
    ...{ locale: language, subject: t("code.subject", { title }), heading: t("code.heading", { code }) },
    paragraphs: [t("code.sms", { code, title, organization: organizationName })],
    notes: [],
    footer: organizationName,
  };
}
