import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";

export default async function Loading() {
  const t = await getTranslations("app.home");
  return (
    <Page title={t("title")}>
      <SkeletonRows label={t("loading")} rows={6} />
    </Page>
  );
}
