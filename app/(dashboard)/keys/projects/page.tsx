import { CircleCheck, ListChecks, Timer } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import type { ProjectLine } from "#lib/signing/core/key-project.ts";
import { listKeyProjects, listStepOwners } from "#lib/signing/key-projects/get-key-projects.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { BackToKeys } from "../back-to-keys.tsx";
import { dayText } from "../day-text.ts";
import { StartButton } from "./start-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyWork.projects"))("title") };
}

/** Checklists by which keys move. */
export default async function KeyProjectsPage() {
  const ctx = await memberContext();
  const projects = await answerPage(() => listKeyProjects(ctx));
  const mayStart = hasPermission(ctx.actor, "key.manage");
  const owners = mayStart ? await answerPage(() => listStepOwners(ctx)) : [];
  const t = await getTranslations("app.keyWork.projects");
  const button = mayStart ? (
    <StartButton owners={owners} today={ctx.now().toISOString().slice(0, 10)} />
  ) : null;
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackToKeys />}
      lead={t("lead")}
      actions={projects.length > 0 ? button : null}
    >
      {projects.length === 0 ? (
        <EmptyState icon={ListChecks} title={t("emptyTitle")} action={button}>
          {t("empty")}
        </EmptyState>
      ) : (
        <Sheet title={t("title")}>
          <ul className="divide-y divide-line">
            {projects.map((project) => (
              <Project key={project.id} project={project} />
            ))}
          </ul>
        </Sheet>
      )}
    </Page>
  );
}

async function Project({ project }: { readonly project: ProjectLine }) {
  const t = await getTranslations("app.keyWork.projects");
  const { id, title, startsAt, endedAt, done, total, overdue } = project;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <Link href={`/keys/projects/${id}` as Route} className="font-medium [overflow-wrap:anywhere]">
          {title}
        </Link>
        <p className="text-small text-ink-600">
          {t("progress", { done, total })} · {t(endedAt ? "ends" : "starts")} {dayText(endedAt ?? startsAt)}
        </p>
        {overdue > 0 ? <p className="text-small text-warn-800">{t("overdue", { count: overdue })}</p> : null}
      </div>
      {endedAt ? (
        <StatusPill tone="good" icon={CircleCheck}>
          {t("completed")}
        </StatusPill>
      ) : (
        <StatusPill tone="info" icon={Timer}>
          {t("underWay")}
        </StatusPill>
      )}
    </li>
  );
}
