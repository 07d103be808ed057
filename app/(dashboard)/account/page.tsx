import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Page, Sheet } from "#components/ui/page.tsx";
import { getAccount } from "#lib/identity/set-password.ts";
import { requireSession } from "../../_server/context.ts";
import { PasswordForm } from "./password-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.account"))("title") };
}

/** What belongs to the person: who they are here, and how they get in. */
export default async function AccountPage() {
  const { ctx, sessionId, memberships } = await requireSession();
  const { name, email, hasPassword, needsCurrentPassword } = await getAccount(ctx, { sessionId });
  const t = await getTranslations("app.account");
  const roles = await getTranslations("app.members.roles");
  return (
    <Page title={t("title")} width="reading">
      <div className="flex flex-col gap-6">
        <Sheet title={t("you")}>
          <dl className="grid gap-x-6 gap-y-1 p-4 sm:grid-cols-[auto_1fr] sm:p-6">
            <dt className="text-ink-600">{t("name")}</dt>
            <dd className="mb-2 [overflow-wrap:anywhere] sm:mb-0">{name}</dd>
            <dt className="text-ink-600">{t("email")}</dt>
            <dd className="mb-2 [overflow-wrap:anywhere] sm:mb-0">{email}</dd>
            <dt className="text-ink-600">{t("memberOf")}</dt>
            <dd>
              <ul>
                {memberships.map(({ organizationId, organizationName, role }) => (
                  <li key={organizationId} className="[overflow-wrap:anywhere]">
                    {organizationName} ({roles(role)})
                  </li>
                ))}
              </ul>
            </dd>
          </dl>
        </Sheet>
        <Sheet title={hasPassword ? t("changePassword") : t("setPassword")}>
          <PasswordForm email={email} needsCurrent={needsCurrentPassword} hasPassword={hasPassword} />
        </Sheet>
      </div>
    </Page>
  );
}
