import { Users } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { type JobListItem, listJobs } from "#lib/envelopes/bulk/get-job.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { JobPill } from "./job-pill.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.bulk"))("title") };
}

export default async function BulkPage() {
  const t = await getTranslations("app.bulk");
  const jobs = await listJobs(await memberContext());
  const begin = (
    <Link href={"/bulk/new" as Route} className={buttonClass(jobs.length > 0 ? "primary" : "secondary")}>
      {t("newJob")}
    </Link>
  );
  return (
    <Page title={t("title")} lead={t("lead")} actions={jobs.length > 0 ? begin : undefined}>
      {jobs.length === 0 ? (
        <EmptyState icon={Users} title={t("empty")} action={begin}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Page>
  );
}

async function JobRow({ job }: { readonly job: JobListItem }) {
  const t = await getTranslations("app.bulk");
  const { id, title, fileName, state, ownerName, createdAt, counts } = job;
  const all = counts.ready + counts.sent + counts.wrong + counts.cancelled;
  return (
    <li className="relative grid gap-x-6 gap-y-2 px-4 py-4 hover:bg-canvas sm:px-6 md:grid-cols-[minmax(0,1fr)_8rem_14rem_11rem] md:items-center">
      <div className="min-w-0">
        <Link
          href={`/bulk/${publicId("bulkJob", id)}` as Route}
          prefetch={false}
          className="block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
        >
          {title || t("untitled")}
        </Link>
        <p className="truncate text-small text-ink-600">
          {fileName} · {t("rowsCount", { count: all })}
        </p>
      </div>
      <div>
        <JobPill state={state} />
      </div>
      <div className="text-small text-ink-700">
        {state === "preparing" ? null : (
          <>
            <p className="mb-1">{t("progressOf", { sent: counts.sent, all: all - counts.wrong })}</p>
            <Progress
              label={t("progress")}
              value={counts.sent / Math.max(1, counts.sent + counts.ready + counts.cancelled)}
            />
          </>
        )}
      </div>
      <p className="text-small text-ink-600 md:text-end">
        <Instant at={createdAt.toISOString()} />
        <span className="block truncate">{ownerName}</span>
      </p>
    </li>
  );
}
