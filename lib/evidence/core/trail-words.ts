import { createTranslator } from "use-intl/core";
import { isolated } from "#lib/pdf/page-layout/isolates.ts";
import { spellHidden } from "#lib/pdf/page-layout/typesetter.ts";
import messages from "../../../messages/en/audit-trail.json" with { type: "json" };

type Values = Readonly<Record<string, string | number>>;

/** Words of the audit trail, by key and in ICU message syntax. What people entered cannot upset a sentence. */
export interface TrailWords {
  (key: string, values?: Values): string;
  has(key: string): boolean;
}

export function trailWords(): TrailWords {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  }) as unknown as TrailWords;
  const words = (key: string, values: Values = {}) => translator(key, withIsolates(values));
  return Object.assign(words, { has: (key: string) => translator.has(key) });
}

function withIsolates(values: Values): Values {
  const entries = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? isolated(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/** What a person entered as it may stand in a line: nothing hidden in it, line breaks as `¶`. */
export const visible = (text: string): string =>
  spellHidden(text.replace(/\s*(?:\r\n|[\n\r\u0085\u2028\u2029])\s*/g, " ¶ ").replaceAll("\t", " "));
