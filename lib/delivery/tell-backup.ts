import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { keepersOf } from "./store.ts";

const LOCALE = "en";

export interface FailedBackup {
  readonly eventId: string;
  readonly what: "backup" | "drill";
  readonly refusal: string;
}

/** Tells every owner and administrator that a backup was not made, or that one does not come back whole. */
export async function tellBackup(
  ctx: WorkerContext,
  { eventId, what, refusal }: FailedBackup,
): Promise<void> {
  requireSystem(ctx);
  const { keepers, organization } = await keepersOf(ctx);
  const t = mailWords();
  const subject = t(`backup.${what}.subject`);
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject },
    paragraphs: [t(`backup.${what}.lead`, { organization }), t("backup.reason", { reason: refusal })],
    button: {
      label: t("backup.button"),
      url: `${ctx.runtime.config.baseUrl}/backups`,
      plainLink: t("common.plainLink"),
    },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
