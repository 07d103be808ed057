"use client";

import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { LIST_VIEWS, type ListWish } from "#lib/envelopes/core/list-views.ts";
import type { ViewCounts } from "#lib/envelopes/list-envelopes.ts";
import { addressOf, wishQuery } from "./address-of.ts";

const MANY = 1_000;

/** What envelopes need, each with how many there are of what is looked for, as soon as that is known. */
export function ViewTabs({ wish, changed }: { readonly wish: ListWish; readonly changed: string }) {
  const t = useTranslations("app.list");
  const [counts, setCounts] = useState<ViewCounts | null>(null);
  const asked = wishQuery({ ...wish, view: "all" }).toString();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, other counts.
  useEffect(() => {
    const stop = new AbortController();
    fetch(`/envelopes/counts?${asked}`, { signal: stop.signal, cache: "no-store" })
      .then(async (response) => (response.ok ? setCounts((await response.json()) as ViewCounts) : undefined))
      .catch(() => undefined);
    return () => stop.abort();
  }, [changed, asked]);
  return (
    <nav aria-label={t("views")} className="mb-4 border-b border-line">
      <ul className="-mb-px flex overflow-x-auto">
        {LIST_VIEWS.map((name) => (
          <li key={name} className="shrink-0">
            <Link
              href={addressOf({ ...wish, view: name }) as Route}
              aria-current={name === wish.view ? "page" : undefined}
              className="flex min-h-11 items-center gap-1 border-b-2 border-transparent px-1.5 text-ink-700 no-underline hover:text-ink-900 aria-[current]:border-action-700 aria-[current]:font-medium aria-[current]:text-action-700"
            >
              {t(`viewNames.${name}`)}
              <span className="min-w-4 text-center text-small text-ink-600 tabular-nums">
                {counts ? (counts[name] >= MANY ? t("many", { count: MANY }) : counts[name]) : ""}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
