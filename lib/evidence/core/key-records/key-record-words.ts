import { createTranslator } from "use-intl/core";
import { isolated } from "#lib/pdf/page-layout/isolates.ts";
import messages from "../../../../messages/en/key-records.json" with { type: "json" };

type Values = Readonly<Record<string, string | number>>;

/** Words of the records of keys, by key and in ICU message syntax. */
export type KeyRecordWords = (key: string, values?: Values) => string;

export function keyRecordWords(): KeyRecordWords {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  }) as unknown as KeyRecordWords;
  return (key, values = {}) =>
    translator(
      key,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          typeof value === "string" ? isolated(value) : value,
        ]),
      ),
    );
}
