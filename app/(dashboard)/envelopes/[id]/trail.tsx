"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { useTimeZone } from "#components/ui/instant.tsx";
import { instantText } from "#components/ui/instant-text.ts";
import type { TrailRow } from "./trail-rows.ts";

const SHOWN = 30;

/** Everything that happened, newest first, each with the clock of the world and that of the reader. */
export function Trail({ rows }: { readonly rows: readonly TrailRow[] }) {
  const t = useTranslations("app.trail");
  const timeZone = useTimeZone();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? rows : rows.slice(0, SHOWN);
  return (
    <>
      <ol aria-label={t("title")} className="px-4 py-2 sm:px-6">
        {shown.map((row) => (
          <li
            key={row.number}
            className={`grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-2 border-b border-line py-2.5 last:border-0 ${row.isBroken ? "bg-bad-50 text-bad-700" : ""}`}
          >
            <span className="pt-0.5 text-end text-small text-ink-600 tabular-nums">
              {row.from === row.number ? row.number : `${row.from}–${row.number}`}
            </span>
            <div className="min-w-0">
              <p className="[overflow-wrap:anywhere]">
                <strong className="font-semibold">{row.who}</strong> {row.what}
              </p>
              <p className="text-small text-ink-600 tabular-nums">
                <time dateTime={row.at}>{instantText(row.at, "UTC", true)}</time>
                {timeZone === "UTC" ? null : (
                  <>
                    {" · "}
                    <time dateTime={row.at}>{instantText(row.at, timeZone, true)}</time>
                  </>
                )}
                {row.ip ? ` · ${t("ip", { ip: row.ip })}` : ""}
                {" · "}
                <span className="font-mono" title={row.hash}>
                  <span className="sr-only">{t("hash")} </span>
                  {row.hash.slice(0, 4)} {row.hash.slice(4, 8)}
                </span>
              </p>
            </div>
          </li>
        ))}
      </ol>
      {rows.length > SHOWN && !isAll ? (
        <div className="border-t border-line px-4 py-3 sm:px-6">
          <Button kind="secondary" onClick={() => setAll(true)}>
            {t("showAll", { count: rows.length })}
          </Button>
        </div>
      ) : null}
    </>
  );
}
