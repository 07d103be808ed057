import { getRequestConfig } from "next-intl/server";

const LOCALES = ["en"] as const;
const NAMESPACES = ["app", "mail", "refusals", "sign"] as const;

/** Messages of one language, one file for each namespace. */
export default getRequestConfig(async () => {
  const locale = LOCALES[0];
  const files = await Promise.all(
    NAMESPACES.map(async (name) => [name, (await import(`../messages/${locale}/${name}.json`)).default]),
  );
  return { locale, messages: Object.fromEntries(files), timeZone: "UTC" };
});
