import { CalendarCheck } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getFormatter, getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { BUCKETS } from "#lib/signing/core/endings.ts";
import { type EndingItem, listEnds } from "#lib/signing/keys/list-ends.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { EndsSummary } from "../ends-summary.tsx";
import { EndRow } from "./end-row.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.ends"))("title") };
}

interface EndsPageProps {
  readonly searchParams: Promise<{ when?: string | string[] }>;
}

/** Every key, certificate and access with an end, month by month, and who looks after it. */
export default async function EndsPage({ searchParams }: EndsPageProps) {
  const { when } = await searchParams;
  const chosen = BUCKETS.find((bucket) => bucket === when) ?? null;
  const ctx = await memberContext();
  const t = await getTranslations("app.keys.ends");
  const { items, counts, people, site } = await answerPage(() => listEnds(ctx));
  const shown = chosen ? items.filter(({ bucket }) => bucket === chosen) : items;
  const months = await byMonth(shown, ctx.now());
  return (
    <Page title={t("title")} back={<BackLink href="/keys" label={t("back")} />} lead={t("lead")}>
      <div className="flex flex-col gap-6">
        <EndsSummary counts={counts} chosen={chosen} />
        {site === "unreadable" ? <Notice tone="warn">{t("site.unreadable")}</Notice> : null}
        {site === "no-tls" || site === "not-looked-yet" ? <Notice>{t(`site.${site}`)}</Notice> : null}
        {shown.length === 0 ? (
          <EmptyState
            icon={CalendarCheck}
            title={t("none")}
            action={
              chosen ? (
                <Link href={"/keys/ends" as Route} className={buttonClass("secondary")}>
                  {t("all")}
                </Link>
              ) : undefined
            }
          >
            {t("noneHint")}
          </EmptyState>
        ) : null}
        {months.map(({ label, items }) => (
          <Sheet key={label} title={label}>
            <ul aria-label={label} className="divide-y divide-line">
              {items.map((item) => (
                <EndRow key={item.ref} item={item} people={people} />
              ))}
            </ul>
          </Sheet>
        ))}
      </div>
    </Page>
  );
}

/** What has ended, then each month of the coming year, then each year. */
async function byMonth(items: readonly EndingItem[], now: Date) {
  const t = await getTranslations("app.keys.ends");
  const format = await getFormatter();
  const yearAhead = new Date(now.getTime() + 366 * 86_400_000);
  const groups = new Map<string, EndingItem[]>();
  for (const item of items) {
    const label =
      item.bucket === "over"
        ? t("ended")
        : item.until < yearAhead
          ? format.dateTime(item.until, { month: "long", year: "numeric", timeZone: "UTC" })
          : String(item.until.getUTCFullYear());
    groups.set(label, [...(groups.get(label) ?? []), item]);
  }
  return [...groups].map(([label, items]) => ({ label, items }));
}
