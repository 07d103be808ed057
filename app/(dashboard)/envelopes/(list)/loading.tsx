import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";

export default async function Loading() {
  const t = await getTranslations("app.list");
  return (
    <Page title={t("title")} lead={<Skeleton className="h-6 w-72" />}>
      <Skeleton className="mb-4 h-11 w-full" />
      <SkeletonRows label={t("loading")} rows={8} />
    </Page>
  );
}
