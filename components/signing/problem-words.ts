import type { AnswerProblem } from "#lib/envelopes/core/fields/read-answer.ts";
import { separatorsOf, writtenNumber } from "#lib/envelopes/core/fields/typed-number.ts";
import { fillIn, type SignWords } from "./words.ts";

const DAYS = new Set(["date", "from", "to"]);
const NUMBERS = new Set(["minimum", "maximum"]);

/** What to do about an answer, in words: the same at the field and in the review. */
export function problemWords(
  { code, values }: AnswerProblem,
  label: string,
  words: SignWords["field"],
  locale: string,
): string {
  const told = Object.entries(values).map(([key, value]) => {
    if (DAYS.has(key)) return [key, dayWords(String(value), locale)] as const;
    if (NUMBERS.has(key)) return [key, writtenNumber(String(value), separatorsOf(locale))] as const;
    return [key, value] as const;
  });
  const number = writtenNumber("1234.5", separatorsOf(locale));
  return fillIn(words.problems[code], { label, number, ...Object.fromEntries(told) });
}

/** The same by itself, away from the field: which field it is about, and where that stands. */
export function problemElsewhere(
  field: { readonly label: string; readonly page: number; readonly documentId: string },
  problem: string,
  documents: readonly { readonly id: string; readonly name: string }[],
  words: SignWords["field"],
): string {
  const values = { label: field.label, page: field.page + 1, problem };
  if (documents.length === 1) return fillIn(words.problemOn, values);
  const name = documents.find(({ id }) => id === field.documentId)?.name ?? "";
  return fillIn(words.problemOf, { ...values, name });
}

const dayWords = (day: string, locale: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(locale === "en" ? "en-GB" : locale, {
    ...{ day: "numeric", month: "long", year: "numeric" },
    timeZone: "UTC",
  });
