import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadKeepers } from "./store.ts";

const LOCALE = "en";

export interface Expiry {
  readonly eventId: string;
  readonly kind: string;
  readonly name: string;
  readonly until: Date;
  readonly daysLeft: number;
}

/** Tells every owner and administrator that a key's end comes near. */
export async function tellExpiry(ctx: WorkerContext, expiry: Expiry): Promise<void> {
  requireSystem(ctx);
  const { eventId, kind, name, until, daysLeft } = expiry;
  const keepers = await inTransaction(ctx, loadKeepers);
  const t = mailWords();
  const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(until);
  const words = { what: t(`keyExpiring.kinds.${kind}`), name, days: daysLeft, date };
  const button = t("keyExpiring.button");
  const content: MailContent = {
    locale: LOCALE,
    subject: t("keyExpiring.subject", words),
    heading: t("keyExpiring.heading", words),
    paragraphs: [t("keyExpiring.lead", words), t("keyExpiring.consequence")],
    button: { label: button, url: `${ctx.runtime.config.baseUrl}/keys`, plainLink: t("common.plainLink") },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
