import { CircleCheck, CircleX, FlaskConical } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listKeyTests } from "#lib/signing/key-tests/get-tests.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { BackToKeys } from "../back-to-keys.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keyTests"))("title") };
}

/** Every report of a test signing, the newest first. */
export default async function KeyTestsPage() {
  const ctx = await memberContext();
  const tests = await answerPage(() => listKeyTests(ctx));
  const t = await getTranslations("app.keyTests");
  return (
    <Page title={t("title")} width="reading" back={<BackToKeys />} lead={t("lead")}>
      {tests.length === 0 ? (
        <EmptyState icon={FlaskConical} title={t("none")}>
          {t("noneHint")}
        </EmptyState>
      ) : (
        <Sheet title={t("reports")}>
          <ul className="divide-y divide-line">
            {tests.map(({ id, occasion, testedAt, isPassed, fields, certificateSha256 }) => (
              <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-6">
                <div className="min-w-0 flex-1 basis-64">
                  <Link href={`/keys/tests/${id}` as Route} prefetch={false} className="font-medium">
                    {t(`occasions.${occasion}`)}, <Instant at={testedAt.toISOString()} />
                  </Link>
                  <p className="text-small text-ink-600">
                    {t("fieldsThere", {
                      there: fields.filter(({ isPresent }) => isPresent).length,
                      all: fields.length,
                    })}{" "}
                    · <span className="font-mono">{certificateSha256.slice(0, 16)}</span>
                  </p>
                </div>
                <StatusPill tone={isPassed ? "good" : "bad"} icon={isPassed ? CircleCheck : CircleX}>
                  {t(isPassed ? "passed" : "failed")}
                </StatusPill>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </Page>
  );
}
