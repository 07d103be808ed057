import "server-only";
import { getTranslations } from "next-intl/server";
import { SIGNER_REFUSALS } from "../../../i18n/signer-refusals.ts";

/** Sentences for what can be refused on this page. */
export async function refusalSentences(): Promise<Record<string, string>> {
  const t = await getTranslations("refusals");
  const codes = SIGNER_REFUSALS.filter((code) => code !== "internal");
  return {
    ...Object.fromEntries(codes.map((code) => [code, t(code)])),
    recorded: t("internal", { reference: "{reference}" }),
    internal: t("internal", { reference: "none" }),
  };
}
