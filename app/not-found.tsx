import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EntryPage } from "./sign-in/entry-page.tsx";

/** An address that leads nowhere. */
export default async function NotFound() {
  const t = await getTranslations("app.missing");
  return (
    <EntryPage title={t("what")} lead={t("leadAnyone")}>
      <Link href={"/" as Route}>{t("start")}</Link>
    </EntryPage>
  );
}
