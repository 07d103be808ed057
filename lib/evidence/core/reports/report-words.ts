import { createTranslator } from "use-intl/core";
import messages from "../../../../messages/en/report.json" with { type: "json" };

export type ReportWords = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Words of compliance reports, by key and in ICU message syntax. */
export function reportWords(): ReportWords {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  });
  return translator as unknown as ReportWords;
}
