import "server-only";
import { getMessages, getTranslations } from "next-intl/server";

/** Sentences for what can be refused on this page. */
export async function refusalSentences(): Promise<Record<string, string>> {
  const t = await getTranslations("refusals");
  const all = ((await getMessages()) as unknown as { refusals: Record<string, string> }).refusals;
  const others = [
    "identity/too-many-tries",
    "files/unavailable",
    "sandbox/busy",
    "authorize/link-ended",
    "authorize/check-missing",
    "input/invalid",
    "pki/holds-a-key",
    "pki/not-a-certificate",
    "pki/malformed",
    "pki/nested-too-deep",
    "pki/too-large",
  ];
  const codes = Object.keys(all).filter((code) => code.startsWith("signing/") || others.includes(code));
  return {
    ...Object.fromEntries(codes.map((code) => [code, t(code as "internal")])),
    recorded: t("internal", { reference: "{reference}" }),
    internal: t("internal", { reference: "none" }),
  };
}
