import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadDeciders } from "./store.ts";

const LOCALE = "en";

export interface DuePurges {
  readonly eventId: string;
  readonly envelopes: number;
  /** The first day on which one of them may be destroyed. */
  readonly earliest: Date;
  /** They were told before. */
  readonly isReminder: boolean;
}

/** Tells those who decide about it that envelopes are due to be destroyed, days before they are. */
export async function tellDue(ctx: WorkerContext, due: DuePurges): Promise<void> {
  requireSystem(ctx);
  const { eventId, envelopes: count, earliest, isReminder } = due;
  const deciders = await inTransaction(ctx, loadDeciders);
  const t = mailWords();
  const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(earliest);
  const url = `${ctx.runtime.config.baseUrl}/retention/queue`;
  const content: MailContent = {
    locale: LOCALE,
    subject: t(isReminder ? "purgesDue.subjectAgain" : "purgesDue.subject", { count }),
    heading: t("purgesDue.heading", { count }),
    paragraphs: [t("purgesDue.lead", { count, date }), t("purgesDue.consequence")],
    button: { label: t("purgesDue.button"), url, plainLink: t("common.plainLink") },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of deciders) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
