import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import type { ToldEvent } from "#lib/evidence/explorer/tell-events.ts";
import { publicId } from "#lib/ids.ts";

/** One event: when, who, what, in which envelope, and the way to its exact text. */
export async function EventRow({ event }: { readonly event: ToldEvent }) {
  const t = await getTranslations("app.auditExplorer");
  const { id, at, who, what, envelope, hash, actor } = event;
  const [name = "", ...roles] = who;
  const ip = typeof actor.ip === "string" ? actor.ip : null;
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:px-6 md:grid-cols-[minmax(0,1fr)_minmax(0,15rem)]">
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">
          <strong className="font-semibold">{name}</strong>
          {roles.length > 0 ? <span className="text-small text-ink-600"> {roles.join(", ")}</span> : null}
          {" · "}
          {what}
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
          <Instant at={at.toISOString()} withSeconds />
          {ip ? ` · ${t("ipIs", { ip })}` : ""}
        </p>
      </div>
      <div className="flex min-w-0 flex-wrap items-baseline justify-between gap-x-4 text-small md:flex-col md:items-end md:justify-start">
        <span className="max-w-full min-w-0">
          {envelope ? (
            <Link
              href={`/envelopes/${publicId("envelope", envelope.id)}` as Route}
              prefetch={false}
              className="inline-block max-w-full min-h-6 truncate leading-6"
            >
              {envelope.title || t("untitled")}
            </Link>
          ) : (
            <span className="text-ink-600">{t("organization")}</span>
          )}
        </span>
        <Link
          href={`/audit/events/${publicId("event", id)}` as Route}
          prefetch={false}
          className="inline-flex min-h-6 items-center gap-2 whitespace-nowrap"
        >
          {t("exact")}
          <span className="font-mono text-ink-600">
            {hash.slice(0, 4)} {hash.slice(4, 8)}
          </span>
        </Link>
      </div>
    </li>
  );
}
