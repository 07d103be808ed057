import { LanguageSwitch } from "#components/signing/language-switch.tsx";
import { pageLanguage } from "../../_server/page-language.ts";
import { translations } from "../../_server/translations.ts";

/** The pages of a signer beside the first. */
export type SignerPlace = "rights" | "certificate" | "delegate" | "report" | "attestation";

/** The language switch of one of a signer's pages. */
export async function PageLanguageSwitch({ token, place }: { token: string; place?: SignerPlace }) {
  const t = await translations("sign.menu");
  const { language, offered } = await pageLanguage();
  return (
    <LanguageSwitch
      label={t("language")}
      current={language}
      offered={offered}
      action={`/sign/${token}/language`}
      place={place}
    />
  );
}
