import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { latinDigits } from "#lib/identity/core/latin-digits.ts";
import { isPhoneNumber, phoneNumber } from "../phone-number.ts";
import { compare, parseDecimal } from "./decimal.ts";
import type { FormField } from "./form-field.ts";
import { ADOPTED, CHECKED, MASK } from "./form-field.ts";
import { parsePattern } from "./pattern.ts";
import { NUMBER_STYLES, placesOf, roundedText, type Separators, typedNumber } from "./typed-number.ts";

/** What is to be done about an answer; the words are the screens'. */
export interface AnswerProblem {
  readonly code: AnswerProblemCode;
  /** For the words: what the sender has set, never what was entered. */
  readonly values: Readonly<Record<string, string | number>>;
}

export type AnswerProblemCode =
  | "missing"
  | "check-missing"
  | "mark-missing"
  | "choose-missing"
  | "file-missing"
  | "approve-missing"
  | "payment-missing"
  | "text-too-short"
  | "text-too-long"
  | "cells-wrong"
  | "date-wrong"
  | "date-after"
  | "date-before"
  | "date-between"
  | "number-wrong"
  | "currency-wrong"
  | "number-least"
  | "number-most"
  | "number-between"
  | "number-places"
  | "email-wrong"
  | "phone-country"
  | "phone-wrong"
  | "ssn-wrong"
  | "ein-wrong"
  | "zip-wrong"
  | "pattern-wrong"
  | "option-wrong"
  | "group-none"
  | "group-least"
  | "group-most"
  | "group-exactly"
  | "formula-zero"
  | "formula-large";

export type ReadAnswer = { readonly value: string } | { readonly problem: AnswerProblem };

const LONGEST_TEXT = 1_000;

const problem = (code: AnswerProblemCode, values: AnswerProblem["values"] = {}): ReadAnswer => ({
  problem: { code, values },
});

/**
 * What a person entered, as it is kept, or what to change about it. The same on their screen and on the server.
 *
 * @param entered with what nobody sees taken out of it; empty means not filled, which is no problem here.
 * @param separators of the language the person writes numbers in; those of kept numbers when left out.
 */
export function readAnswer(
  { type, settings }: Pick<FormField, "type" | "settings">,
  entered: string,
  separators: Separators = NUMBER_STYLES["1234.56"],
): ReadAnswer {
  const text = entered.trim();
  if (text === "" || (settings.isSensitive && text === MASK)) return { value: text };
  switch (type) {
    case "signature":
    case "initials":
      return { value: text === ADOPTED ? ADOPTED : "" };
    case "checkbox":
    case "radio":
    case "approve":
      return { value: text === CHECKED ? CHECKED : "" };
    case "day":
      return readDay(text, settings);
    case "number":
    case "amount":
      return readNumber(type, text, settings, separators);
    case "email":
      return isEmailAddress(text) ? { value: text } : problem("email-wrong");
    case "phone":
      return readPhone(text);
    case "ssn":
      return readSsn(text);
    case "ein":
      return readEin(text);
    case "zip":
      return readZip(text);
    case "pattern":
      return readPattern(text, settings);
    case "cells":
      return readCells(text, settings);
    case "dropdown":
      return (settings.options ?? []).includes(text) ? { value: text } : problem("option-wrong");
    default:
      return readText(text, settings);
  }
}

type Settings = FormField["settings"];

/** As people count: a letter with its accents is one, and so is an emoji. */
export const lengthOf = (text: string): number => {
  const characters = new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...characters.segment(text)].length;
};

function readText(text: string, { shortest = 0, longest = LONGEST_TEXT }: Settings): ReadAnswer {
  if (text.length > LONGEST_TEXT * 4) return problem("text-too-long", { longest });
  const length = lengthOf(text);
  if (length < shortest) return problem("text-too-short", { shortest });
  if (length > longest || text.length > LONGEST_TEXT) return problem("text-too-long", { longest });
  return { value: text };
}

function readCells(text: string, { cells = 8 }: Settings): ReadAnswer {
  const bare = text.replace(/\s/g, "");
  return lengthOf(bare) === cells ? { value: bare } : problem("cells-wrong", { cells });
}

/** Whether there is such a day: `2028-02-29` is one, `2026-02-29` is not. */
export function isDay(text: string): boolean {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const at = new Date(Date.UTC(2000, month - 1, day));
  at.setUTCFullYear(year, month - 1, day);
  return year >= 1 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}

const nextDay = (day: string, by: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);

function readDay(text: string, { from, to }: Settings): ReadAnswer {
  if (!isDay(text)) return problem("date-wrong");
  const isOutside = (from !== undefined && text < from) || (to !== undefined && text > to);
  if (!isOutside) return { value: text };
  if (from !== undefined && to !== undefined) return problem("date-between", { from, to });
  return from === undefined
    ? problem("date-before", { date: nextDay(to!, 1) })
    : problem("date-after", { date: nextDay(from, -1) });
}

/** What may be typed before or after an amount. */
const CURRENCY = /^(?:\p{Sc}|[A-Z]{3})\s*|\s*(?:\p{Sc}|[A-Z]{3})$/gu;

/** Whether an amount names no currency but the field's own: by its code, or a sign it is written with. */
function isIn(currency: string, text: string): boolean {
  const named = (text.match(CURRENCY) ?? []).map((sign) => sign.trim().normalize("NFKC"));
  return named.every((sign) => sign === currency || signsOf(currency).includes(sign));
}

const signsOf = (currency: string): string[] =>
  (["symbol", "narrowSymbol"] as const).map(
    (currencyDisplay) =>
      new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay })
        .formatToParts(0)
        .find(({ type }) => type === "currency")?.value ?? currency,
  );

function readNumber(
  type: "number" | "amount",
  text: string,
  settings: Settings,
  separators: Separators,
): ReadAnswer {
  const { minimum, maximum, currency } = settings;
  if (type === "amount" && currency && !isIn(currency, text)) return problem("currency-wrong", { currency });
  const bare = type === "amount" ? text.replace(CURRENCY, "") : text;
  const kept = typedNumber(bare, separators);
  const value = kept === null ? null : parseDecimal(kept);
  if (!value) return problem("number-wrong");
  const least = minimum === undefined ? null : parseDecimal(minimum);
  const most = maximum === undefined ? null : parseDecimal(maximum);
  const isOutside = (least && compare(value, least) < 0) || (most && compare(value, most) > 0);
  if (isOutside) {
    if (least && most) return problem("number-between", { minimum: minimum!, maximum: maximum! });
    return least
      ? problem("number-least", { minimum: minimum! })
      : problem("number-most", { maximum: maximum! });
  }
  const places = settings.places ?? (type === "amount" ? placesOf(currency ?? "") : null);
  if (places !== null && value.places > places) return problem("number-places", { places });
  return { value: type === "amount" && places !== null ? roundedText(value, places) : kept! };
}

/** Kept as E.164, so that it can be called from anywhere. */
function readPhone(text: string): ReadAnswer {
  const number = phoneNumber(text);
  if (!number.startsWith("+")) return problem("phone-country");
  return isPhoneNumber(number) ? { value: number } : problem("phone-wrong");
}

/** Numbers that were never given out are typing mistakes: area 000, 666 and 9xx, group 00, serial 0000. */
function readSsn(text: string): ReadAnswer {
  const digits = latinDigits(text).replaceAll(/[\s\p{Pd}]/gu, "");
  if (!/^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits)) return problem("ssn-wrong");
  return { value: `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}` };
}

function readEin(text: string): ReadAnswer {
  const digits = latinDigits(text).replaceAll(/[\s\p{Pd}]/gu, "");
  if (!/^(?!00)\d{9}$/.test(digits)) return problem("ein-wrong");
  return { value: `${digits.slice(0, 2)}-${digits.slice(2)}` };
}

function readZip(text: string): ReadAnswer {
  const found = /^(\d{5})(?:[\s\p{Pd}]?(\d{4}))?$/u.exec(latinDigits(text));
  if (!found) return problem("zip-wrong");
  return { value: found[2] ? `${found[1]}-${found[2]}` : found[1]! };
}

function readPattern(text: string, { pattern = "", example = "" }: Settings): ReadAnswer {
  const parsed = parsePattern(pattern);
  // The sender could not send a pattern that cannot be read.
  if (typeof parsed === "string") return readText(text, {});
  if (text.length <= LONGEST_TEXT && parsed.fits(text)) return { value: text };
  return problem("pattern-wrong", { example });
}
