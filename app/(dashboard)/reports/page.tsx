import { Download, FileSpreadsheet } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { lastPeriod } from "#lib/evidence/core/reports/periods.ts";
import { REPORT_KINDS } from "#lib/evidence/core/reports/report-content.ts";
import { listReports, REPORT_FORMS, type ReportView } from "#lib/evidence/reports/list-reports.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { Gated } from "../reason/gated.tsx";
import { RecipientsButton } from "./recipients-button.tsx";
import { RunButton } from "./run-button.tsx";
import { ScheduleSelect } from "./schedule-select.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.reports"))("title") };
}

/** Reports for auditors: run, scheduled, kept. */
export default async function ReportsPage() {
  const ctx = await memberContext();
  const { reports, schedules, readers } = await answerPage(() => listReports(ctx));
  const t = await getTranslations("app.reports");
  const month = lastPeriod("monthly", ctx.now());
  const period = { from: month.from, to: ctx.now().toISOString().slice(0, 10) };
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <div className="flex flex-wrap gap-2">
          <Link href={"/reports/times" as Route} className={buttonClass("secondary")}>
            {t("times")}
          </Link>
          <Link href={"/reports/sample" as Route} className={buttonClass("secondary")}>
            {t("sample")}
          </Link>
          {hasPermission(ctx.actor, "access-review.manage") ? (
            <Link href={"/reports/review" as Route} className={buttonClass("secondary")}>
              {t("review")}
            </Link>
          ) : null}
        </div>
      }
    >
      <div className="flex flex-col gap-6">
        <Sheet title={t("run")}>
          <ul className="divide-y divide-line">
            {REPORT_KINDS.map((kind) => (
              <li
                key={kind}
                className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-3 px-4 py-4 sm:px-6 md:grid-cols-[minmax(0,1fr)_11rem_auto] md:gap-x-6"
              >
                <div className="col-span-2 min-w-0 md:col-span-1">
                  <p className="font-medium">{t(`kinds.${kind}`)}</p>
                  <p className="text-small text-ink-600">{t(`about.${kind}`)}</p>
                </div>
                <div className="flex flex-col gap-1">
                  <ScheduleSelect kind={kind} cadence={schedules[kind]?.cadence ?? ""} />
                  {schedules[kind] ? (
                    <RecipientsButton kind={kind} readers={readers} {...schedules[kind]} />
                  ) : null}
                </div>
                <RunButton kind={kind} {...period} />
              </li>
            ))}
          </ul>
        </Sheet>
        <Made reports={reports} />
      </div>
    </Page>
  );
}

async function Made({ reports }: { readonly reports: readonly ReportView[] }) {
  const t = await getTranslations("app.reports");
  return (
    <Gated purpose="export" id={null}>
      <Sheet title={t("made")}>
        {reports.some(({ isReady }) => !isReady) ? <RefreshNowAndThen /> : null}
        {reports.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("none")}</p> : null}
        <ul aria-label={t("made")} className="divide-y divide-line">
          {reports.map((report) => (
            <ReportRow key={report.id} report={report} />
          ))}
        </ul>
      </Sheet>
    </Gated>
  );
}

async function ReportRow({ report }: { readonly report: ReportView }) {
  const t = await getTranslations("app.reports");
  const { kind, from, to, isReady, isScheduled, rowCount, sha256, createdAt } = report;
  const address = `/reports/${publicId("report", report.id)}`;
  const name = t(`kinds.${kind}`);
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="flex min-w-0 flex-1 basis-80 gap-3">
        <FileSpreadsheet aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-action-700" />
        <div className="min-w-0 flex-1">
          <p className="font-medium">
            {isReady ? (
              <Link href={address as Route} prefetch={false}>
                {name}
              </Link>
            ) : (
              name
            )}
          </p>
          <p className="text-small text-ink-600">
            {t("period", { from, to })}
            {rowCount === null ? "" : ` · ${t("rows", { count: rowCount })}`}
            {isScheduled ? ` · ${t("bySchedule")}` : ""}
            {" · "}
            <Instant at={createdAt.toISOString()} />
          </p>
          {isReady ? (
            <div className="mt-2 text-small">
              <HashChip value={sha256!} label={t("hash")} copyLabel={t("copy")} copiedLabel={t("copied")} />
            </div>
          ) : (
            <p role="status" className="mt-1 text-small text-ink-700">
              {t("waiting")}
            </p>
          )}
        </div>
      </div>
      {isReady ? (
        <div className="flex flex-wrap gap-2">
          {REPORT_FORMS.map((form) => (
            <a
              key={form}
              href={`${address}/files/${form}`}
              download
              className={buttonClass(form === "pdf" ? "secondary" : "quiet")}
            >
              {form === "pdf" ? <Download aria-hidden="true" className="size-5" /> : null}
              {form.toUpperCase()}
              <span className="sr-only">
                {" "}
                {name}, {t("period", { from, to })}
              </span>
            </a>
          ))}
        </div>
      ) : null}
    </li>
  );
}
