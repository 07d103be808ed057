import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { publicId, type ReportId } from "#lib/ids.ts";

interface EarlierReviewsProps {
  readonly closed: readonly {
    readonly id: string;
    readonly closedAt: Date;
    readonly reportId: ReportId;
  }[];
}

/** Reviews that are over, each with the record that was filed of it. */
export async function EarlierReviews({ closed }: EarlierReviewsProps) {
  const t = await getTranslations("app.review");
  return (
    <Sheet title={t("earlier")}>
      {closed.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("none")}</p> : null}
      <ul className="divide-y divide-line">
        {closed.map(({ id, closedAt, reportId }) => (
          <li key={id} className="flex items-center justify-between gap-4 px-4 py-3 sm:px-6">
            <Instant at={closedAt.toISOString()} />
            <Link href={`/reports/${publicId("report", reportId)}` as Route} prefetch={false}>
              {t("record")}
            </Link>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
