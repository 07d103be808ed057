import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { listKeyPrograms } from "#lib/signing/programs/list-programs.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { AskedRow } from "./asked-row.tsx";
import { LetInForm } from "./let-in-form.tsx";
import { ProgramRow } from "./program-row.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.programs"))("title") };
}

/** Which programs may have hashes signed with which keys of the organization. */
export default async function ProgramsPage() {
  const ctx = await memberContext();
  const { isOn, url, programs, keys, asked } = await answerPage(() => listKeyPrograms(ctx));
  const t = await getTranslations("app.programs");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        {isOn ? null : <Notice tone="info">{t("off")}</Notice>}
        {asked.length > 0 ? (
          <Sheet title={t("asked.title")}>
            <ul aria-label={t("asked.title")} className="divide-y divide-line">
              {asked.map(({ askedAt, endsAt, ...one }) => (
                <AskedRow
                  key={one.id}
                  asked={{ ...one, askedAt: askedAt.toISOString(), endsAt: endsAt.toISOString() }}
                />
              ))}
            </ul>
          </Sheet>
        ) : null}
        {programs.some(({ asksApproval }) => asksApproval) ? <RefreshNowAndThen /> : null}
        {isOn || programs.length > 0 ? (
          <Sheet title={t("list")}>
            {programs.length === 0 ? (
              <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>
            ) : (
              <ul className="divide-y divide-line">
                {programs.map(({ expiresAt, ...program }) => (
                  <ProgramRow key={program.id} program={{ ...program, expiresAt: expiresAt.toISOString() }} />
                ))}
              </ul>
            )}
          </Sheet>
        ) : null}
        {isOn ? (
          <Sheet title={t("form.title")}>
            {keys.length === 0 ? (
              <p className="px-4 py-4 text-ink-700 sm:px-6">{t("noKeys")}</p>
            ) : (
              <LetInForm url={url} keys={keys.map(({ notAfter: _, ...key }) => key)} />
            )}
          </Sheet>
        ) : null}
      </div>
    </Page>
  );
}
