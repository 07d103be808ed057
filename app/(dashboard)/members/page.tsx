import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listLeavers } from "#lib/envelopes/hand-over.ts";
import { listMembers } from "#lib/identity/change-member.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { InviteButton } from "./invite-button.tsx";
import { MemberList } from "./member-list.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.members"))("title") };
}

/** Who works in the organization, and what each may do. */
export default async function MembersPage() {
  const ctx = await memberContext();
  const members = await answerPage(() => listMembers(ctx));
  const leavers = await answerPage(() => listLeavers(ctx));
  const t = await getTranslations("app.members");
  const may = {
    manage: hasPermission(ctx.actor, "member.manage"),
    manageOwners: hasPermission(ctx.actor, "member.manage-owners"),
  };
  const ownId = ctx.actor.kind === "member" ? ctx.actor.memberId : "";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        may.manage ? (
          <>
            <Link href={"/members/teams" as Route} className={buttonClass("secondary")}>
              {t("teams")}
            </Link>
            <InviteButton mayInviteOwners={may.manageOwners} usesOutbox={ctx.runtime.config.mail === null} />
          </>
        ) : null
      }
    >
      {leavers.length > 0 ? (
        <div className="mb-6">
          <Notice tone="warn">
            <p>{t("leavers")}</p>
            <ul className="mt-1 flex flex-wrap gap-x-4">
              {leavers.map(({ id, name, count }) => (
                <li key={id}>
                  <Link
                    href={`/members/${publicId("member", id)}` as Route}
                    className="inline-flex min-h-8 items-center"
                  >
                    {t("leaver", { name, count })}
                  </Link>
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      ) : null}
      <MemberList
        members={members.map(({ since, ...member }) => ({ ...member, since: since.toISOString() }))}
        ownId={ownId}
        may={may}
      />
    </Page>
  );
}
