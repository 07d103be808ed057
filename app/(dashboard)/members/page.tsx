import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listMembers } from "#lib/identity/change-member.ts";
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
          <InviteButton mayInviteOwners={may.manageOwners} usesOutbox={ctx.runtime.config.mail === null} />
        ) : null
      }
    >
      <MemberList
        members={members.map(({ since, ...member }) => ({ ...member, since: since.toISOString() }))}
        ownId={ownId}
        may={may}
      />
    </Page>
  );
}
