import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { keepersOf } from "./store.ts";

const LOCALE = "en";

export interface SealRenewal {
  readonly eventId: string;
  /** Of the certificate. */
  readonly name: string;
  /** `revoked`, `expired` or `ending`. */
  readonly reason: string;
  readonly until: Date;
}

/** Tells every owner and administrator that a request for another certificate of the seal is there for its authority. */
export async function tellSealRenewal(ctx: WorkerContext, renewal: SealRenewal): Promise<void> {
  requireSystem(ctx);
  const { eventId, name, reason, until } = renewal;
  const { keepers, organization } = await keepersOf(ctx);
  const t = mailWords();
  const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(until);
  const subject = t("sealRenewal.subject", { name });
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject },
    paragraphs: [t("sealRenewal.lead", { organization, reason, date }), t("sealRenewal.next")],
    button: {
      label: t("sealRenewal.button"),
      url: `${ctx.runtime.config.baseUrl}/organization/seal`,
      plainLink: t("common.plainLink"),
    },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
