import { getRequestConfig } from "next-intl/server";
import { pageLanguage } from "../app/_server/page-language.ts";
import { messagesIn } from "./messages.ts";

/** Messages of the page's language alone; what has no words there yet is said in English. */
export default getRequestConfig(async () => {
  const { language } = await pageLanguage();
  return { locale: language, messages: await messagesIn(language), timeZone: "UTC" };
});
