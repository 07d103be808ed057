import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";

interface PagerProps {
  /** Of the page, without what follows the question mark. */
  readonly path: string;
  /** From 1. */
  readonly page: number;
  readonly hasMore: boolean;
}

/** Leads through a list that is longer than a page; nothing where it is not. */
export async function Pager({ path, page, hasMore }: PagerProps) {
  const t = await getTranslations("app.retention.pager");
  if (page === 1 && !hasMore) return null;
  const to = (number: number) => `${path}?page=${number}` as Route;
  return (
    <nav aria-label={t("label")} className="flex flex-wrap items-center gap-3">
      {page > 1 ? (
        <Link href={to(page - 1)} className={buttonClass("secondary")}>
          {t("before")}
        </Link>
      ) : null}
      <span className="text-small text-ink-600">{t("page", { page })}</span>
      {hasMore ? (
        <Link href={to(page + 1)} className={buttonClass("secondary")}>
          {t("next")}
        </Link>
      ) : null}
    </nav>
  );
}

/** What an address says of the page, from 1. */
export function pageIn(query: string | string[] | undefined): number {
  const page = Number(Array.isArray(query) ? query[0] : query);
  return Number.isInteger(page) && page > 1 && page <= 10_000 ? page : 1;
}
