import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { listPassphrases } from "#lib/signing/key-exports/passphrase-vault.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ShowButton } from "./show-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyExports.vault"))("title") };
}

/** Passphrases of packed keys whose list names who looks, apart from the files they open. */
export default async function PassphrasesPage() {
  const ctx = await memberContext();
  const entries = await answerPage(() => listPassphrases(ctx));
  const t = await getTranslations("app.keyExports.vault");
  const reasons = await getTranslations("app.keyExports.reasons");
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackLink href="/key-exports" label={t("back")} />}
      lead={t("lead")}
    >
      {entries.length === 0 ? (
        <EmptyState icon={KeyRound} title={t("none")}>
          {t("noneHint")}
        </EmptyState>
      ) : (
        <Sheet title={t("entries")}>
          <ul className="divide-y divide-line">
            {entries.map((entry) => (
              <li key={entry.exportId} className="flex flex-col gap-3 px-4 py-4 sm:px-6">
                <div>
                  <p className="font-medium [overflow-wrap:anywhere]">
                    {reasons(entry.reason)}: {entry.destination}
                  </p>
                  <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                    {t("askedFor")} <Instant at={entry.createdAt.toISOString()} /> ·{" "}
                    {t("readers", { names: entry.readers.join(", ") })} ·{" "}
                    {t("fileFor", { name: entry.fileFor })}
                  </p>
                  <p className="mt-1 text-small text-ink-700 [overflow-wrap:anywhere]">
                    {t(`states.${entry.state}`)}
                    {entry.shownAt && entry.shownTo ? (
                      <>
                        {" "}
                        {entry.shownTo}, <Instant at={entry.shownAt.toISOString()} withSeconds />
                      </>
                    ) : null}
                  </p>
                </div>
                <ShowButton exportId={entry.exportId} about={entry.destination} maySee={entry.maySee} />
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </Page>
  );
}
