import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export default async function Loading() {
  const t = await getTranslations("app.outbox");
  return (
    <Page title={t("title")} lead={t("lead")}>
      <SkeletonRows label={t("loading")} />
    </Page>
  );
}
