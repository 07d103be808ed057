"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";

/** Something broke while a page was made: what the person can do, and what to say to who can mend it. */
export default function DashboardError({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry: () => void;
}) {
  const t = useTranslations("app.broken");
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <Page title={t("title")} width="reading">
      <div className="flex flex-col items-start gap-4">
        <Notice tone="bad">{t("lead")}</Notice>
        {digest ? <p className="text-small text-ink-600">{t("reference", { reference: digest })}</p> : null}
        <Button onClick={() => retry()}>{t("retry")}</Button>
      </div>
    </Page>
  );
}
