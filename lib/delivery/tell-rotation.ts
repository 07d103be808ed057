import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { keepersOf } from "./store.ts";

const LOCALE = "en";
const MOST_LINES = 8;

export interface FailedRotation {
  readonly eventId: string;
  readonly what: "authority" | "seal";
  /** Which authority, or that it is the seal. */
  readonly kind: string;
  readonly rotationId: string;
  /** What was found, in a line each. */
  readonly failed: readonly string[];
}

/** Tells every owner and administrator that a new key did not take over, and that the one before goes on. */
export async function tellRotation(
  ctx: WorkerContext,
  { eventId, what, kind, rotationId, failed }: FailedRotation,
): Promise<void> {
  requireSystem(ctx);
  const { keepers, organization } = await keepersOf(ctx);
  const t = mailWords();
  const words = { organization, what: t(`rotationFailed.what.${kind}`) };
  const subject = t("rotationFailed.subject", words);
  const path = what === "seal" ? `/keys/rotate/${rotationId}` : `/keys/authorities/${rotationId}`;
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject, paragraphs: [t("rotationFailed.lead", words)] },
    button: {
      label: t("rotationFailed.button"),
      url: `${ctx.runtime.config.baseUrl}${path}`,
      plainLink: t("common.plainLink"),
    },
    notes: failed.slice(0, MOST_LINES).map((found) => t("rotationFailed.found", { found })),
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
