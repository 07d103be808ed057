import { Download } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { Context } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import {
  type CompletionTimes,
  getCompletionTimes,
  TIME_SPANS,
  type TimeRow,
} from "#lib/evidence/reports/completion-times.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { Gated } from "../../reason/gated.tsx";
import { durations, type InWords } from "./durations.ts";
import { monthsIn } from "./months-in.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.times"))("title") };
}

interface TimesPageProps {
  readonly searchParams: Promise<{ months?: string | string[] }>;
}

/** Null when there are too many to count in time. */
async function timesOf(ctx: Context, months: (typeof TIME_SPANS)[number]): Promise<CompletionTimes | null> {
  try {
    return await getCompletionTimes(ctx, { months });
  } catch (error) {
    if (isRefusal(error, "evidence/times-too-slow")) return null;
    throw error;
  }
}

/** How long envelopes take, month by month, by sender and by template. */
export default async function TimesPage({ searchParams }: TimesPageProps) {
  const ctx = await memberContext();
  const months = monthsIn(String((await searchParams).months ?? ""));
  const times = await answerPage(() => timesOf(ctx, months));
  const t = await getTranslations("app.times");
  const refusals = await getTranslations("refusals");
  const inWords = await durations();
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        times?.all ? (
          <Gated purpose="export" id={null}>
            <a
              href={`/reports/times/times.csv?months=${months}`}
              download
              className={buttonClass("secondary")}
            >
              <Download aria-hidden="true" className="size-5" />
              {t("csv")}
            </a>
          </Gated>
        ) : undefined
      }
    >
      <form action="/reports/times" className="mb-6 flex items-end gap-3">
        <SelectField
          label={t("span")}
          name="months"
          defaultValue={String(months)}
          options={TIME_SPANS.map((span) => ({ value: String(span), label: t(`spans.${span}`) }))}
        />
        <Button type="submit" kind="secondary">
          {t("show")}
        </Button>
      </form>
      {times === null ? <Notice tone="bad">{refusals("evidence/times-too-slow")}</Notice> : null}
      {times?.all ? (
        <div className="flex flex-col gap-6">
          <p className="text-lead">
            {t("all", { count: times.all.completed, median: inWords(times.all.medianSeconds) })}
          </p>
          <Sheet title={t("byMonth")}>
            <Bars rows={times.byMonth} label={t("chart")} inWords={inWords} />
            <Times rows={times.byMonth} kind="month" inWords={inWords} />
          </Sheet>
          <Sheet title={t("bySender")}>
            <Times rows={times.bySender} kind="sender" inWords={inWords} />
          </Sheet>
          <Sheet title={t("byTemplate")}>
            <Times rows={times.byTemplate} kind="template" inWords={inWords} />
          </Sheet>
        </div>
      ) : null}
      {times !== null && times.all === null ? (
        <p className="rounded-card border border-line bg-paper px-6 py-14 text-center text-ink-700">
          {t("none")}
        </p>
      ) : null}
    </Page>
  );
}

interface RowsProps {
  readonly rows: readonly TimeRow[];
  readonly inWords: InWords;
}

/** A bar for each month; the table below says the same in numbers. */
function Bars({ rows, label, inWords }: RowsProps & { readonly label: string }) {
  const most = Math.max(1, ...rows.map(({ medianSeconds }) => medianSeconds));
  return (
    <div role="img" aria-label={label} className="flex items-end gap-1 px-4 pt-5 sm:gap-3 sm:px-6">
      {rows.map(({ key, label, medianSeconds }) => (
        <div
          key={key}
          className="flex min-w-0 flex-1 flex-col items-center justify-end"
          title={inWords(medianSeconds)}
        >
          <div
            className="w-full max-w-16 rounded-t-control bg-action-700"
            style={{ height: `${Math.max(2, (medianSeconds / most) * 140)}px` }}
          />
          <span className="mt-1 w-full truncate text-center text-small text-ink-600">{label.slice(2)}</span>
        </div>
      ))}
    </div>
  );
}

async function Times({
  rows,
  kind,
  inWords,
}: RowsProps & { readonly kind: "month" | "sender" | "template" }) {
  const t = await getTranslations("app.times");
  const nameOf = ({ key, label }: TimeRow) =>
    label || (kind === "template" && key === null ? t("noTemplate") : t("erased"));
  return (
    <div className="overflow-x-auto px-4 py-4 sm:px-6">
      <table className="w-full text-start">
        <thead className="text-small text-ink-600">
          <tr>
            <th scope="col" className="py-2 pe-4 text-start font-normal">
              {t(`name.${kind}`)}
            </th>
            <th scope="col" className="py-2 pe-4 text-end font-normal">
              {t("completed")}
            </th>
            <th scope="col" className="py-2 pe-4 text-end font-normal">
              {t("median")}
            </th>
            <th scope="col" className="py-2 text-end font-normal">
              {t("slow")}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line tabular-nums">
          {rows.map((row) => (
            <tr key={row.key ?? "none"}>
              <th scope="row" className="py-2 pe-4 text-start font-medium [overflow-wrap:anywhere]">
                {nameOf(row)}
              </th>
              <td className="py-2 pe-4 text-end">{row.completed.toLocaleString("en")}</td>
              <td className="py-2 pe-4 text-end">{inWords(row.medianSeconds)}</td>
              <td className="py-2 text-end">{inWords(row.slowSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
