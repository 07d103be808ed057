import { getTranslations } from "next-intl/server";
import { Skeleton, SkeletonRows } from "#components/ui/skeleton.tsx";

export default async function Loading() {
  const t = await getTranslations("app.prepare");
  return (
    <div className="mx-auto max-w-[1200px] px-4 py-6 sm:px-6">
      <Skeleton className="mb-8 h-10 w-72" />
      <SkeletonRows label={t("loading")} rows={4} />
    </div>
  );
}
