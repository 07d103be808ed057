import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import type { Action } from "#lib/retention/core/schedule.ts";
import { dayWords } from "../day-words.ts";

export interface Entry {
  readonly envelopeId: EnvelopeId;
  readonly shortId: string;
  readonly title: string;
  readonly sender: string;
  readonly endedAs: string;
  readonly endedAt: string | null;
  readonly dueOn: string;
  readonly isDue: boolean;
  readonly className: string | null;
  readonly years: number | null;
  readonly action: Action;
  readonly handedTo: string | null;
  readonly reviewed: { readonly by: string; readonly isMe: boolean } | null;
}

/** Which envelope it is, and why it is due. */
export function QueueEntry({ entry }: { readonly entry: Entry }) {
  const t = useTranslations("app.retention.queue");
  const { envelopeId, shortId, title, sender, endedAs, endedAt, dueOn, isDue, className, years } = entry;
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <Link
          href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
          prefetch={false}
          className="font-medium [overflow-wrap:anywhere]"
        >
          {title || t("untitled")}
        </Link>
        <span className="font-mono text-small text-ink-600">{shortId}</span>
      </p>
      <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
        {t("ended", { state: endedAs, sender })}
        {endedAt ? (
          <>
            {" "}
            · <Instant at={endedAt} />
          </>
        ) : null}
      </p>
      <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
        {className === null || years === null ? "" : `${t("kept", { years, name: className })} · `}
        {t(isDue ? "dueSince" : "dueOn", { day: dayWords(dueOn) })}
      </p>
      {entry.handedTo ? (
        <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
          {t("handedTo", { name: entry.handedTo })}
        </p>
      ) : null}
    </div>
  );
}
