import { requireSystem } from "#lib/authorize.ts";
import type { WorkerContext } from "#lib/context.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { keepersOf } from "./store.ts";

const LOCALE = "en";

export type PlaceChange = "lost" | "returned" | "stood-in" | "stood-down";

export interface ChangedPlace {
  readonly eventId: string;
  readonly change: PlaceChange;
  /** What the event says. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Tells every owner and administrator that the place of their seal key is away or back, and what seals meanwhile. */
export async function tellKeyPlace(
  ctx: WorkerContext,
  { eventId, change, data }: ChangedPlace,
): Promise<void> {
  requireSystem(ctx);
  const { keepers, organization } = await keepersOf(ctx);
  const t = mailWords();
  const since = data.since ? new Date(String(data.since)) : ctx.now();
  const words = {
    organization,
    place: t(`keyPlace.places.${String(data.provider)}`),
    time: `${since.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    standby: String(data.standby === true),
  };
  const subject = t(`keyPlace.${change}.subject`, words);
  const reason = change === "lost" && typeof data.refusal === "string" ? data.refusal : null;
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject },
    paragraphs: [t(`keyPlace.${change}.lead`, words)],
    button: {
      label: t("keyPlace.button"),
      url: `${ctx.runtime.config.baseUrl}/keys`,
      plainLink: t("common.plainLink"),
    },
    notes: reason ? [t("keyPlace.lost.reason", { reason })] : [],
    footer: t("common.aboutAccount"),
  };
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
