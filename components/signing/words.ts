import { formatLocale } from "#lib/envelopes/core/languages.ts";
import type messages from "../../messages/en/sign.json";

/** What the signer's screens say, by place; `{name}` stands for what is filled in. */
export type SignWords = Pick<
  typeof messages,
  | "consent"
  | "paper"
  | "notMe"
  | "menu"
  | "document"
  | "field"
  | "bar"
  | "adopt"
  | "review"
  | "decline"
  | "later"
  | "trouble"
  | "session"
  | "telephone"
  | "offline"
>;

type Values = Readonly<Record<string, string | number>>;

const PLURAL = /\{(\w+), plural,((?:\s*=?\w+ \{[^{}]*(?:\{\w+\}[^{}]*)*\})+)\s*\}/g;
const FORM = /(=?\w+) \{([^{}]*(?:\{\w+\}[^{}]*)*)\}/g;

/**
 * Fills in what a message leaves open: `{name}`, and plurals as ICU writes them. It is the part of the format that the
 * signing page needs in the browser; the server knows all of it.
 *
 * @param locale whose plural forms count. @see Unicode MessageFormat (ICU), UTS #35 §5.1.1
 */
export function fillIn(template: string, values: Values, locale = "en"): string {
  const counted = template.replace(PLURAL, (_, name: string, forms: string) => {
    const count = Number(values[name]);
    const known = new Map([...forms.matchAll(FORM)].map(([, form, text]) => [form!, text!]));
    const form = known.get(`=${count}`) ?? known.get(new Intl.PluralRules(locale).select(count));
    return (form ?? known.get("other") ?? "").replaceAll("#", numberIn(locale, count));
  });
  const isRtl = RTL.test(template);
  return counted.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = String(values[name] ?? whole);
    return !isRtl && RTL.test(value) ? `\u2068${value}\u2069` : value;
  });
}

/** Letters written from right to left; a value with such letters keeps its direction to itself. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

const numberIn = (locale: string, count: number) => new Intl.NumberFormat(formatLocale(locale)).format(count);

/** The sentence for a refusal's code. */
export function sentenceFor(
  refusals: Readonly<Record<string, string>>,
  refusal: { readonly code: string; readonly reference?: string },
): string {
  if (refusal.reference) return fillIn(refusals.recorded ?? "", { reference: refusal.reference });
  return refusals[refusal.code] ?? refusals["input/invalid"] ?? "";
}

export function mailTo(address: string, subject: string): string {
  return `mailto:${encodeURIComponent(address)}?subject=${encodeURIComponent(subject)}`;
}
