import { CircleAlert } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import type { RecipientView } from "#lib/envelopes/get-envelope.ts";

interface DeliveryLineProps {
  readonly id: string;
  readonly recipient: RecipientView;
  /** Somebody who looks may correct the address. */
  readonly mayCorrect: boolean;
}

/** What became of the last mail to somebody; where it did not arrive, why and what to do. */
export async function DeliveryLine({ id, recipient, mayCorrect }: DeliveryLineProps) {
  const t = await getTranslations("app.people.delivery");
  const { delivery } = recipient;
  if (!delivery) return null;
  const { state, at, cause, status, diagnostic } = delivery;
  const isLost = state === "bounced" || state === "refused";
  if (!isLost)
    return (
      <p className={state === "delayed" ? "text-warn-800" : undefined}>
        {t(`states.${state}`)} <Instant at={at.toISOString()} className="whitespace-nowrap text-ink-600" />
      </p>
    );
  return (
    <div role="status" className="mt-1 rounded-control bg-bad-50 px-3 py-2 text-bad-700">
      <p className="flex gap-2 font-medium">
        <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        <span>
          {t(`states.${state}`)} <Instant at={at.toISOString()} className="whitespace-nowrap" />
        </span>
      </p>
      <p className="mt-1">{t(`causes.${cause}`)}</p>
      {recipient.reminderHeldAt ? (
        <p className="mt-1">
          {t("reminderHeld")}{" "}
          <Instant at={recipient.reminderHeldAt.toISOString()} className="whitespace-nowrap" />
        </p>
      ) : null}
      {diagnostic || status ? (
        <p className="mt-1 text-caption [overflow-wrap:anywhere]">
          {t("said")} <bdi>{[status, diagnostic].filter(Boolean).join(" – ")}</bdi>
        </p>
      ) : null}
      {mayCorrect ? (
        <Link href={`/envelopes/${id}/correct` as Route} className="mt-1 inline-flex min-h-8 items-center">
          {t("correct")}
        </Link>
      ) : null}
    </div>
  );
}
