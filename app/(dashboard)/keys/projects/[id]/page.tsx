import { CalendarClock, CheckCheck, CircleAlert, Timer } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { findKeyRecord } from "#lib/evidence/key-records/download-key-record.ts";
import { isUuid } from "#lib/ids.ts";
import type { ProjectStepView, ProjectView } from "#lib/signing/core/key-project.ts";
import { getKeyProject } from "#lib/signing/key-projects/get-key-projects.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { dayText } from "../../day-text.ts";
import { RecordLink } from "../../record-link.tsx";
import { StepActs } from "./step-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyWork.projects"))("title") };
}

const LOOKS = {
  done: { tone: "good", icon: CheckCheck },
  overdue: { tone: "warn", icon: CircleAlert },
  due: { tone: "info", icon: Timer },
  planned: { tone: "neutral", icon: CalendarClock },
} as const;

/** One checklist: what was decided, every step with its owner, day and evidence, and the sealed record at its end. */
export default async function KeyProjectPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const ctx = await memberContext();
  const project = await answerPage(() => getKeyProject(ctx, { projectId: id }));
  const record = await findKeyRecord(ctx, { kind: "project", subjectId: id });
  const t = await getTranslations("app.keyWork.projects");
  const { done, total } = project;
  const progress = t("progress", { done, total });
  return (
    <Page
      title={project.title}
      width="reading"
      lead={
        <Link href={"/keys/projects" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
          {t("title")}
        </Link>
      }
    >
      <div className="flex flex-col gap-6">
        <div>
          <p className="mb-2 text-ink-700">{progress}</p>
          <Progress label={progress} value={done / total} />
        </div>
        <RecordLink record={record} href={`/keys/projects/${id}/record`} isDue={project.endedAt !== null} />
        <Sheet title={t("steps")}>
          <ol className="divide-y divide-line">
            {project.steps.map((step) => (
              <Step key={step.step} step={step} project={project} />
            ))}
          </ol>
        </Sheet>
        <About project={project} />
      </div>
    </Page>
  );
}

/** Without the address, which the sealed record has. */
const nameIn = (text: string) => text.replace(/ <[^>]*>$/, "");

async function Step({ step, project }: { readonly step: ProjectStepView; readonly project: ProjectView }) {
  const t = await getTranslations("app.keyWork.projects");
  const { state, day, owner, dueAt, doneAt, doneBy, isWaived, evidence } = step;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="w-14 text-small text-ink-600 tabular-nums">{t("day", { day })}</span>
          <span className="font-medium">{t(`names.${step.step}`)}</span>
          <StatusPill {...LOOKS[state]}>{isWaived ? t("waived") : t(`states.${state}`)}</StatusPill>
        </p>
        {doneAt ? null : <p className="mt-1 text-small text-ink-700">{t(`hints.${step.step}`)}</p>}
        <p className="mt-1 text-small text-ink-600 [overflow-wrap:anywhere]">
          {doneAt ? (
            <>
              {t("doneBy", { name: nameIn(doneBy ?? "") })} <Instant at={doneAt.toISOString()} />
            </>
          ) : (
            <>
              {t("owner")}: {nameIn(owner)} · {t("due")} {dayText(dueAt)}
            </>
          )}
        </p>
        {evidence ? <p className="mt-1 whitespace-pre-line [overflow-wrap:anywhere]">{evidence}</p> : null}
      </div>
      {doneAt ? null : (
        <StepActs
          projectId={project.id}
          step={step.step}
          ownerId={step.ownerId}
          dueOn={dueAt.toISOString().slice(0, 10)}
          mayDo={step.mayDo}
          mayChange={project.mayManage}
          owners={project.owners}
        />
      )}
    </li>
  );
}

async function About({ project }: { readonly project: ProjectView }) {
  const t = await getTranslations("app.keyWork.projects");
  const rows = [
    [t("fields.scope"), project.scope],
    [t("fields.authority"), project.authority],
    [t("fields.formats"), project.formats],
    [t("fields.startsOn"), dayText(project.startsAt)],
  ] as const;
  return (
    <Sheet title={t("about")}>
      <dl className="grid gap-x-6 gap-y-3 px-4 py-4 sm:grid-cols-[180px_1fr] sm:px-6">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-600">{name}</dt>
            <dd className="-mt-3 whitespace-pre-line [overflow-wrap:anywhere] sm:mt-0">{value}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
