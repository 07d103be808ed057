import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { CSSProperties } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { REPORT_COLUMNS, type ReportContent } from "#lib/evidence/core/reports/report-content.ts";
import { reportWords } from "#lib/evidence/core/reports/report-words.ts";
import { getReport, REPORT_FORMS } from "#lib/evidence/reports/list-reports.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { reportIdIn } from "../../../_server/params.ts";
import { Gated } from "../../reason/gated.tsx";

const SHOWN = 200;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.reports"))("title") };
}

/** One report with its numbers and rows, each row leading to what it tells of. */
export default async function ReportPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const ctx = await memberContext();
  const { kind, from, to, content } = await answerPage(async () =>
    getReport(ctx, { reportId: reportIdIn(id) }),
  );
  const t = await getTranslations("app.reports");
  const title = t(`kinds.${kind}`);
  return (
    <Page
      title={title}
      lead={t("period", { from, to })}
      actions={
        content ? (
          <Gated purpose="export" id={null}>
            <div className="flex flex-wrap gap-2">
              {REPORT_FORMS.map((form) => (
                <a
                  key={form}
                  href={`/reports/${id}/files/${form}`}
                  download
                  className={buttonClass(form === "pdf" ? "primary" : "quiet")}
                >
                  {form.toUpperCase()}
                </a>
              ))}
            </div>
          </Gated>
        ) : null
      }
      heading={
        <>
          <Link href={"/reports" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("view.back")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{title}</h1>
        </>
      }
    >
      {content ? (
        <div className="flex flex-col gap-6">
          <Numbers content={content} />
          <Rows content={content} />
        </div>
      ) : (
        <>
          <RefreshNowAndThen />
          <p role="status">{t("view.waiting")}</p>
        </>
      )}
    </Page>
  );
}

interface PartProps {
  readonly content: ReportContent;
}

async function Numbers({ content: { kind, numbers } }: PartProps) {
  const t = await getTranslations("app.reports.view");
  const words = reportWords();
  return (
    <Sheet title={t("numbers")}>
      <p className="px-4 pt-4 text-small text-ink-700 sm:px-6">{words(`definitions.${kind}`)}</p>
      <dl className="divide-y divide-line">
        {numbers.map(({ key, value }) => (
          <div
            key={key}
            className="grid grid-cols-[4rem_minmax(0,1fr)] items-baseline gap-x-4 px-4 py-3 sm:px-6"
          >
            <dd className="text-end text-h3 font-semibold tabular-nums">{value.toLocaleString("en")}</dd>
            <dt className="order-last min-w-0">
              {words(`counts.${key}.name`)}
              <span className="block text-small text-ink-600">{words(`counts.${key}.definition`)}</span>
            </dt>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

async function Rows({ content: { kind, rows } }: PartProps) {
  const t = await getTranslations("app.reports.view");
  const words = reportWords();
  const columns = REPORT_COLUMNS[kind];
  return (
    <Sheet title={t("rows")}>
      {rows.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("empty")}</p> : null}
      {rows.length > SHOWN ? (
        <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">
          {t("shown", { count: SHOWN, total: rows.length })}
        </p>
      ) : null}
      <ul className="divide-y divide-line">
        {rows.slice(0, SHOWN).map(({ cells, address }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a report never move
            key={index}
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-6"
          >
            <dl
              style={{ "--columns": columns.length } as CSSProperties}
              className="grid min-w-0 flex-1 gap-x-6 gap-y-1 lg:grid-cols-[repeat(var(--columns),minmax(0,1fr))]"
            >
              {columns.map((column, place) => (
                <div key={column} className={`min-w-0 ${cells[place] ? "" : "hidden lg:block"}`}>
                  <dt className="text-small text-ink-600">{words(`columns.${column}`)}</dt>
                  <dd className="[overflow-wrap:anywhere]">{cells[place] || "–"}</dd>
                </div>
              ))}
            </dl>
            {address ? (
              <Link href={address as Route} prefetch={false} className="inline-flex min-h-8 items-center">
                {t("look")}
                <span className="sr-only"> {cells[0]}</span>
              </Link>
            ) : null}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
