import type { getTranslations } from "next-intl/server";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { EnvelopeListItem } from "#lib/envelopes/list-envelopes.ts";

/** Where an envelope stands, in a line. */
export function waitsFor(
  t: Awaited<ReturnType<typeof getTranslations<"app.list">>>,
  { state, awaits, waitingFor, scheduledAt, scheduledZone }: EnvelopeListItem,
): string {
  if (scheduledAt) return t("scheduled", { at: instantIn("en", scheduledAt, scheduledZone ?? "UTC") });
  if (waitingFor) return t("delayed");
  if (state === "sent" && awaits.length > 0)
    return awaits.length > 2
      ? t("awaitsMany", {
          name: awaits[0]!.name,
          others: awaits.length - 1,
          opened: awaits.filter(({ step }) => step !== "invited" && step !== "late").length,
        })
      : t("awaits", {
          names: awaits
            .map(({ name, step }) => t("awaitsOne", { name, step: t(`steps.${step}`) }))
            .join(", "),
        });
  return t(`hints.${state}`);
}
