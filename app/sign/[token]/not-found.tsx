import { getTranslations } from "next-intl/server";
import { LanguageSwitch } from "#components/signing/language-switch.tsx";
import { pageLanguage } from "../../_server/page-language.ts";
import { EntryPage } from "../../sign-in/entry-page.tsx";

/** A link that never was. */
export default async function SignNotFound() {
  const t = await getTranslations("sign.state.notFound");
  const { language, offered } = await pageLanguage();
  return (
    <EntryPage title={t("heading")} lead={t("lead")}>
      <p className="mb-4 text-ink-700">{t("more")}</p>
      <LanguageSwitch
        label={(await getTranslations("sign.menu"))("language")}
        current={language}
        offered={offered}
        action={null}
      />
    </EntryPage>
  );
}
