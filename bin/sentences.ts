import { createTranslator } from "use-intl/core";
import refusals from "../messages/en/refusals.json" with { type: "json" };

/** The sentence people read for a refusal's code. */
export function sentenceOf(code: string): string {
  const words = createTranslator({
    locale: "en",
    messages: { refusals } as never,
    namespace: "refusals" as never,
  }) as unknown as {
    (key: string, values?: Record<string, string>): string;
    has(key: string): boolean;
  };
  return words.has(code) ? words(code, { reference: "none" }) : code;
}
