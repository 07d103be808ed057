import { Folder, Users } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listFolders } from "#lib/envelopes/folders.ts";
import { listMembers } from "#lib/identity/change-member.ts";
import { listTeams } from "#lib/identity/teams.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import {
  AddToTeamButton,
  LeaveTeamButton,
  NewTeamButton,
  RemoveTeamButton,
  ShareFolderButton,
  UnshareFolderButton,
} from "./team-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.teams"))("title") };
}

/** Who works together: their leads see and follow up what the team sends. */
export default async function TeamsPage() {
  const ctx = await memberContext();
  const members = await answerPage(() => listMembers(ctx));
  const teams = await listTeams(ctx);
  const t = await getTranslations("app.teams");
  const folders = await listFolders(ctx);
  const people = members.map(({ id, name }) => ({ id, name }));
  return (
    <Page
      title={t("title")}
      heading={
        <>
          <Link href={"/members" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
      lead={t("lead")}
      actions={teams.length > 0 ? <NewTeamButton /> : undefined}
    >
      {teams.length === 0 ? (
        <EmptyState icon={Users} title={t("empty")} action={<NewTeamButton />}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <div className="flex flex-col gap-6">
          {teams.map((team) => (
            <Sheet
              key={team.id}
              title={team.name}
              aside={
                <div className="flex flex-wrap gap-2">
                  <AddToTeamButton teamId={team.id} name={team.name} people={people} />
                  <RemoveTeamButton teamId={team.id} name={team.name} />
                </div>
              }
            >
              {team.members.length === 0 ? (
                <p className="px-4 py-5 text-ink-700 sm:px-6">{t("nobody")}</p>
              ) : (
                <ul aria-label={t("peopleOf", { name: team.name })} className="divide-y divide-line">
                  {team.members.map((member) => (
                    <li key={member.id} className="flex flex-wrap items-center gap-3 px-4 py-2 sm:px-6">
                      <span className="min-w-0 flex-1 basis-40 font-medium [overflow-wrap:anywhere]">
                        {member.name}
                      </span>
                      {member.isLead ? (
                        <StatusPill tone="info" icon={Users}>
                          {t("isLead")}
                        </StatusPill>
                      ) : null}
                      <LeaveTeamButton memberId={member.id} name={member.name} team={team.name} />
                    </li>
                  ))}
                </ul>
              )}
              <section
                aria-label={t("foldersOf", { name: team.name })}
                className="border-t border-line px-4 py-3 sm:px-6"
              >
                <div className="flex flex-wrap items-center justify-between gap-2">
                  <h3 className="font-medium">{t("folders")}</h3>
                  <ShareFolderButton
                    teamId={team.id}
                    name={team.name}
                    folders={folders.filter(({ teamId }) => teamId !== team.id)}
                  />
                </div>
                <ul className="mt-1">
                  {folders
                    .filter(({ teamId }) => teamId === team.id)
                    .map((folder) => (
                      <li key={folder.id} className="flex flex-wrap items-center gap-3 py-1">
                        <Folder aria-hidden="true" className="size-5 shrink-0 text-ink-600" />
                        <span className="min-w-0 flex-1 basis-40 [overflow-wrap:anywhere]">
                          {folder.name}{" "}
                          <span className="text-small text-ink-600">
                            {t(folder.access === "act" ? "actsInIt" : "readsIt")}
                          </span>
                        </span>
                        <UnshareFolderButton folderId={folder.id} name={folder.name} team={team.name} />
                      </li>
                    ))}
                </ul>
              </section>
            </Sheet>
          ))}
        </div>
      )}
    </Page>
  );
}
