import { FileQuestion } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page } from "#components/ui/page.tsx";

export default async function NotFound() {
  const t = await getTranslations("app.missing");
  return (
    <Page title={t("title")}>
      <EmptyState
        icon={FileQuestion}
        title={t("what")}
        action={
          <Link href={"/envelopes" as Route} className={buttonClass()}>
            {t("back")}
          </Link>
        }
      >
        {t("lead")}
      </EmptyState>
    </Page>
  );
}
