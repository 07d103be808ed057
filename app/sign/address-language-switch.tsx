import { LanguageSwitch } from "#components/signing/language-switch.tsx";
import { pageLanguage } from "../_server/page-language.ts";
import { translations } from "../_server/translations.ts";

/** The language switch of a page that belongs to no link of a signer: its address alone keeps the choice. */
export async function AddressLanguageSwitch({ isWithin }: { readonly isWithin?: boolean }) {
  const t = await translations("sign.menu");
  const { language, offered } = await pageLanguage();
  const shown = { label: t("language"), current: language, offered, isWithin };
  return <LanguageSwitch {...shown} action={null} />;
}
