import { createTranslator } from "use-intl/core";
import mail from "../../../messages/en/mail.json" with { type: "json" };

/** Words of mails, by key and in ICU message syntax. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** @param locale BCP 47; English stands in where there are no messages. */
export function mailWords(locale: string): Translate {
  const translator = createTranslator({ locale, messages: { mail }, namespace: "mail" });
  return translator as unknown as Translate;
}
