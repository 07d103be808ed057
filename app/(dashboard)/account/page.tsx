import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { svgSource } from "#components/signing/svg-source.ts";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { getMutedMails } from "#lib/delivery/own-mails.ts";
import { getAccount } from "#lib/identity/set-password.ts";
import { listOwnMarks } from "#lib/signing/saved-marks/own-marks.ts";
import { requireSession } from "../../_server/context.ts";
import { ForgetMarksButton } from "./forget-marks-button.tsx";
import { MailsForm } from "./mails-form.tsx";
import { PasswordForm } from "./password-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.account"))("title") };
}

/** What belongs to the person: who they are here, and how they get in. */
export default async function AccountPage() {
  const { ctx, sessionId, memberships } = await requireSession();
  const { name, email, hasPassword, needsCurrentPassword } = await getAccount(ctx, { sessionId });
  const t = await getTranslations("app.account");
  const marks = await listOwnMarks(ctx);
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
        <Sheet title={t("signatures")} aside={marks.length > 0 ? <ForgetMarksButton /> : undefined}>
          <div className="flex flex-wrap items-end gap-6 p-4 sm:p-6">
            {marks.length === 0 ? <p className="text-ink-700">{t("noSignatures")}</p> : null}
            {marks.map(({ kind, svg, savedAt }) => (
              <figure key={kind} className="min-w-0">
                {svg ? (
                  <img
                    src={svgSource(svg)}
                    alt=""
                    className="h-16 max-w-full rounded-control border border-line bg-white p-1"
                  />
                ) : null}
                <figcaption className="mt-1 text-small text-ink-600">
                  {t(`kinds.${kind}`)}, <Instant at={savedAt.toISOString()} />
                </figcaption>
              </figure>
            ))}
          </div>
        </Sheet>
        <Sheet title={t("mails.title")} id="mails">
          <MailsForm muted={await getMutedMails(ctx)} />
        </Sheet>
        <Sheet title={hasPassword ? t("changePassword") : t("setPassword")}>
          <PasswordForm email={email} needsCurrent={needsCurrentPassword} hasPassword={hasPassword} />
        </Sheet>
      </div>
    </Page>
  );
}
