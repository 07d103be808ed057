import { Download } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import {
  getJob,
  type JobRowView,
  type JobView,
  listJobRowsOf,
  previewRows,
} from "#lib/envelopes/bulk/get-job.ts";
import { quietMinutes } from "#lib/envelopes/core/bulk/pacing.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { Gated } from "../../reason/gated.tsx";
import { jobIdIn } from "../job-id.ts";
import { JobPill } from "../job-pill.tsx";
import { problemText, targetText } from "../words.ts";
import { GivenLinks } from "./given-links.tsx";
import { JobActs } from "./job-acts.tsx";
import { MappingForm } from "./mapping-form.tsx";
import { PreviewList } from "./preview-list.tsx";
import { StartForm } from "./start-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.bulk"))("title") };
}

interface Props {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<{ after?: string | string[] }>;
}

const SHOWN_WRONG = 20;
const PAGE = 25;

export default async function BulkJobPage({ params, searchParams }: Props) {
  const ctx = await memberContext();
  const jobId = jobIdIn((await params).id);
  const job = await getJob(ctx, { jobId });
  const t = await getTranslations("app.bulk");
  const lead = (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <JobPill state={job.state} />
      <span className="[overflow-wrap:anywhere]">
        {job.fileName} · {t("rowsCount", { count: job.counts.all })} ·{" "}
        {t("readAs", { format: job.format.replace(/ (.)$/, " “$1”") })}
      </span>
    </span>
  );
  const after = Math.max(0, Math.trunc(Number((await searchParams).after) || 0));
  return (
    <Page
      title={job.title || t("untitled")}
      lead={lead}
      actions={
        job.state === "running" || job.state === "paused" ? (
          <JobActs id={publicId("bulkJob", jobId)} state={job.state} waiting={job.counts.rows.ready} />
        ) : undefined
      }
    >
      {job.state === "preparing" ? (
        <Preparing
          job={job}
          wrong={await listJobRowsOf(ctx, { jobId, after: 0, limit: SHOWN_WRONG, states: ["wrong"] })}
          previews={await previewRows(ctx, { jobId })}
          firstRow={(await listJobRowsOf(ctx, { jobId, after: 0, limit: 1 }))[0]?.cells ?? []}
        />
      ) : (
        <Running job={job} after={after} rows={await listJobRowsOf(ctx, { jobId, after, limit: PAGE })} />
      )}
    </Page>
  );
}

/** Whom the sender gives links, in words; nothing where everybody is mailed. */
async function givenTo({ givenLinks }: JobView): Promise<string | null> {
  const t = await getTranslations("app.bulk.given");
  const names = givenLinks.map(({ name, position }) => name || t("person", { number: position + 1 }));
  return names.length > 0 ? new Intl.ListFormat("en").format(names) : null;
}

interface PreparingProps {
  readonly job: JobView;
  readonly wrong: readonly JobRowView[];
  readonly previews: Awaited<ReturnType<typeof previewRows>>;
  readonly firstRow: readonly string[];
}

async function Preparing({ job, wrong, previews, firstRow }: PreparingProps) {
  const t = await getTranslations("app.bulk");
  const id = publicId("bulkJob", job.id);
  const { ready, wrong: bad } = job.counts.rows;
  const address = `/bulk/${id}`;
  const given = await givenTo(job);
  return (
    <div className="flex flex-col gap-6">
      {given ? <Notice tone="info">{t("given.before", { who: given })}</Notice> : null}
      {job.blockers.length > 0 ? (
        <Notice tone="bad">
          {t("blocked")}{" "}
          <Link href={`/envelopes/${publicId("envelope", job.source.id)}/prepare` as Route}>
            {t("openDraft")}
          </Link>
        </Notice>
      ) : null}
      {job.sameTable ? (
        <Notice tone="warn">
          {t("sameTable", { date: job.sameTable.startedAt.toISOString().slice(0, 10) })}{" "}
          <Link href={`/bulk/${publicId("bulkJob", job.sameTable.id)}` as Route}>{t("seeOther")}</Link>
        </Notice>
      ) : null}
      <Sheet title={t("mapping")}>
        <MappingForm
          id={id}
          columns={job.header.map((name, index) => ({
            name,
            first: firstRow[index] ?? "",
            target: job.mapping[index] ?? "",
          }))}
          targets={job.targets.map((target) => ({
            key: target.key,
            label: targetText(t, target, job),
            group: target.person !== null ? "people" : target.key.startsWith("field:") ? "fields" : "more",
          }))}
          withheld={job.withheld}
        />
      </Sheet>
      <Sheet
        title={t("check")}
        aside={
          bad > 0 ? (
            <Gated purpose="export" id={null}>
              <a href={`${address}/rows?which=wrong`} download className={buttonClass("secondary")}>
                <Download aria-hidden="true" className="size-5" />
                {t("downloadWrong")}
              </a>
            </Gated>
          ) : undefined
        }
      >
        <div className="px-4 py-4 sm:px-6">
          <p className="font-medium">{t("good", { count: ready })}</p>
          {bad > 0 ? (
            <>
              <p className="mt-1 font-medium text-bad-700">{t("wrong", { count: bad })}</p>
              <p className="mt-1 max-w-[72ch] text-ink-700">{t("wrongLead")}</p>
            </>
          ) : null}
        </div>
        {wrong.length > 0 ? <WrongRows rows={wrong} job={job} /> : null}
        {bad > wrong.length ? (
          <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">
            {t("showingFirst", { count: wrong.length })}
          </p>
        ) : null}
      </Sheet>
      <Sheet title={t("preview")}>
        <PreviewList previews={previews} sourceId={publicId("envelope", job.source.envelopeId)} />
      </Sheet>
      <Sheet title={t("settings")}>
        <StartForm
          id={id}
          ready={ready}
          most={job.organizationPerMinute}
          isBlocked={job.blockers.length > 0}
          asksForRepeats={
            job.sameTable !== null ||
            wrong.some(({ problems }) => problems.some(({ code }) => code === "sent-before"))
          }
        />
      </Sheet>
    </div>
  );
}

async function WrongRows({ rows, job }: { readonly rows: readonly JobRowView[]; readonly job: JobView }) {
  const t = await getTranslations("app.bulk");
  return (
    <ul aria-label={t("whatIsWrong")} className="divide-y divide-line border-t border-line">
      {rows.map(({ id, line, cells, problems }) => (
        <li
          key={id}
          className="grid gap-x-6 gap-y-1 px-4 py-3 sm:px-6 md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,1.4fr)]"
        >
          <p className="text-small text-ink-600 tabular-nums">{t("line", { line })}</p>
          <p className="truncate text-ink-700">{cells.slice(0, 3).filter(Boolean).join(" · ")}</p>
          <ul className="text-bad-700">
            {problems.map((problem) => (
              <li key={`${problem.code} ${problem.column}`}>
                {problemText(t, problem, problem.column === null ? "" : job.header[problem.column]!)}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** What it was started with, and whether it is quiet just now for rows that name no zone. */
async function HowItGoes({ settings }: Pick<JobView, "settings">) {
  const t = await getTranslations("app.bulk");
  const { perMinute, quietHours, bouncePercent, reminderHours } = settings;
  const minutes = quietHours ? quietMinutes(quietHours, quietHours.timeZone, new Date()) : 0;
  const facts = [
    [t("perMinute"), t("going.rate", { count: perMinute })],
    [t("quiet"), quietHours ? t("going.quiet", { ...quietHours }) : t("going.noQuiet")],
    [
      t("reminders"),
      reminderHours === null ? t("reminderChoices.none") : t("going.reminders", { hours: reminderHours }),
    ],
    [t("bounces"), t("percent", { percent: bouncePercent })],
  ] as const;
  return (
    <Sheet title={t("settings")}>
      <dl className="grid gap-4 px-4 py-4 sm:grid-cols-2 sm:px-6 lg:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-small text-ink-600">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {minutes > 0 ? (
        <p className="px-4 pb-4 text-ink-700 sm:px-6">
          {t("going.quietNow", { until: quietHours!.until, timeZone: quietHours!.timeZone })}
        </p>
      ) : null}
    </Sheet>
  );
}

async function Running({
  job,
  rows,
  after,
}: {
  readonly job: JobView;
  readonly rows: readonly JobRowView[];
  readonly after: number;
}) {
  const t = await getTranslations("app.bulk");
  const address = `/bulk/${publicId("bulkJob", job.id)}`;
  const { ready, sent, wrong, cancelled } = job.counts.rows;
  const { envelopes, mails, readers } = job.counts;
  const minutes = Math.ceil(ready / Math.min(job.settings.perMinute, job.organizationPerMinute));
  const counts = [
    ["ready", ready],
    ["sent", sent],
    ["open", envelopes.sent ?? 0],
    ...(readers ? ([["acknowledged", readers.done]] as const) : []),
    ["completed", (envelopes.completed ?? 0) + (envelopes.sealing ?? 0)],
    ["declined", envelopes.declined ?? 0],
    ["refused", mails.refused],
    ["wrong", wrong],
    ...(cancelled > 0 ? ([["cancelled", cancelled]] as const) : []),
  ] as const;
  const last = rows.at(-1)?.number ?? after;
  const given = await givenTo(job);
  return (
    <div className="flex flex-col gap-6">
      {given ? <Notice tone="info">{t("given.lead", { who: given })}</Notice> : null}
      {job.state === "running" || (job.state === "done" && (envelopes.sent ?? 0) > 0) ? (
        <RefreshNowAndThen />
      ) : null}
      {job.pauseReason && job.state === "paused" ? (
        <Notice tone="warn">{t(`pauses.${job.pauseReason}`)}</Notice>
      ) : null}
      <Sheet title={t("progress")}>
        <div className="px-4 py-4 sm:px-6">
          <div role="status" className="mb-2 flex flex-wrap justify-between gap-x-4 text-ink-700">
            <span>{t("progressOf", { sent, all: sent + ready + cancelled })}</span>
            {job.state === "running" && ready > 0 ? <span>{t("minutesLeft", { minutes })}</span> : null}
          </div>
          <Progress label={t("progress")} value={sent / Math.max(1, sent + ready + cancelled)} />
          {readers ? <p className="mt-3 text-ink-700">{t("acknowledgedOf", readers)}</p> : null}
          <dl className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-4">
            {counts.map(([name, count]) => (
              <div key={name}>
                <dt className="text-small text-ink-600">{t(`counts.${name}`)}</dt>
                <dd className="text-h3 font-semibold tabular-nums">{count.toLocaleString("en")}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Sheet>
      <HowItGoes settings={job.settings} />
      <Sheet
        title={t("rows")}
        aside={
          <div className="flex flex-wrap gap-2">
            {wrong > 0 ? (
              <Gated purpose="export" id={null}>
                <a href={`${address}/rows?which=wrong`} download className={buttonClass("secondary")}>
                  {t("downloadWrong")}
                </a>
              </Gated>
            ) : null}
            <Gated purpose="export" id={null}>
              <a href={`${address}/rows?which=all`} download className={buttonClass("secondary")}>
                {t("downloadAll")}
              </a>
            </Gated>
            <a href={`${address}/certificates.csv`} download className={buttonClass("secondary")}>
              {t("index")}
            </a>
            {given && sent > 0 ? (
              <GivenLinks
                id={publicId("bulkJob", job.id)}
                who={given}
                fileName={`${job.fileName.replace(/\.[^.]*$/, "")} - links.csv`}
              />
            ) : null}
          </div>
        }
      >
        <ul aria-label={t("rows")} className="divide-y divide-line">
          {rows.map((row) => (
            <li
              key={row.id}
              className="grid grid-cols-[5rem_minmax(0,1fr)] items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-6 md:grid-cols-[6rem_minmax(0,1fr)_12rem]"
            >
              <span className="text-small text-ink-600 tabular-nums">{t("line", { line: row.line })}</span>
              <span className="truncate">
                {row.state === "sent" ? (
                  <Link href={`/envelopes/${publicId("envelope", row.id)}` as Route} prefetch={false}>
                    {row.cells.slice(0, 4).filter(Boolean).join(" · ") || t("row")}
                  </Link>
                ) : (
                  row.cells.slice(0, 4).filter(Boolean).join(" · ")
                )}
              </span>
              <span className="col-start-2 text-small text-ink-700 md:col-start-auto">
                {row.envelope
                  ? t(`envelopeStates.${row.envelope.state as "notified"}`)
                  : t(`rowStates.${row.state}`)}
              </span>
              {row.state === "wrong" ? (
                <span className="col-span-full col-start-2 text-small text-bad-700">
                  {row.problems
                    .map((problem) =>
                      problemText(t, problem, problem.column === null ? "" : job.header[problem.column]!),
                    )
                    .join(" ")}
                </span>
              ) : null}
            </li>
          ))}
        </ul>
        {after > 0 || rows.length === PAGE ? (
          <nav
            aria-label={t("rows")}
            className="flex justify-between gap-3 border-t border-line px-4 py-3 sm:px-6"
          >
            {after > 0 ? (
              <Link href={address as Route} className={buttonClass("secondary")}>
                {t("firstRows")}
              </Link>
            ) : (
              <span />
            )}
            {rows.length === PAGE ? (
              <Link href={`${address}?after=${last}` as Route} className={buttonClass("secondary")}>
                {t("nextRows")}
              </Link>
            ) : null}
          </nav>
        ) : null}
      </Sheet>
      {job.startedAt ? (
        <p className="text-small text-ink-600">
          <Instant at={job.startedAt.toISOString()} />
        </p>
      ) : null}
    </div>
  );
}
