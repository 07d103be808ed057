import { getTranslations } from "next-intl/server";
import { Page } from "#components/ui/page.tsx";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";

export default async function Loading() {
  const t = await getTranslations("app.envelope");
  return (
    <Page
      title=""
      heading={<Skeleton className="mt-9 h-9 w-80 max-w-full" />}
      lead={<Skeleton className="h-7 w-48" />}
    >
      <SkeletonRows label={t("loading")} rows={5} />
    </Page>
  );
}
