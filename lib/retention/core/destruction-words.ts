import { createTranslator } from "use-intl/core";
import messages from "../../../messages/en/destruction.json" with { type: "json" };

/** Words of the certificate of destruction, by key and in ICU message syntax. */
export interface DestructionWords {
  (key: string, values?: Readonly<Record<string, string | number>>): string;
  has(key: string): boolean;
}

export function destructionWords(): DestructionWords {
  return createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  }) as unknown as DestructionWords;
}
