import { createTranslator } from "use-intl/core";
import messages from "../../../../messages/en/dispute-file.json" with { type: "json" };

export type DisputeWords = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** Words of the dispute file, by key and in ICU message syntax. */
export function disputeWords(): DisputeWords {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  });
  return translator as unknown as DisputeWords;
}

/** What the record cannot show, one sentence for each. */
export const limitWords = (words: DisputeWords): string[] =>
  Object.keys(messages.limits.items).map((key) => words(`limits.items.${key}`));
