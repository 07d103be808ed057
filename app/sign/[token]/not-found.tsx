import { getTranslations } from "next-intl/server";
import { EntryPage } from "../../sign-in/entry-page.tsx";

/** A link that never was. */
export default async function SignNotFound() {
  const t = await getTranslations("sign.state.notFound");
  return (
    <EntryPage title={t("heading")} lead={t("lead")}>
      <p className="text-ink-700">{t("more")}</p>
    </EntryPage>
  );
}
