import { latinDigits } from "#lib/identity/core/latin-digits.ts";
import { type Decimal, decimalText, parseDecimal, roundTo } from "./decimal.ts";

/** How numbers are written: what stands between thousands, and before the fraction. */
export interface Separators {
  readonly group: string;
  readonly decimal: string;
}

/** How a document writes them. */
export const NUMBER_STYLES = {
  "1,234.56": { group: ",", decimal: "." },
  "1.234,56": { group: ".", decimal: "," },
  "1 234,56": { group: "\u00a0", decimal: "," },
  "1’234.56": { group: "’", decimal: "." },
  "1234.56": { group: "", decimal: "." },
} as const satisfies Record<string, Separators>;
export type NumberStyle = keyof typeof NUMBER_STYLES;

/** What people of a language write, from their browser's own tables (CLDR). */
export function separatorsOf(locale: string): Separators {
  const known = knownSeparators.get(locale);
  if (known) return known;
  const found = findSeparators(locale);
  if (knownSeparators.size >= MOST_KNOWN) knownSeparators.clear();
  knownSeparators.set(locale, found);
  return found;
}

/** Looked up once: the tables are slow to open. */
const knownSeparators = new Map<string, Separators>();
const MOST_KNOWN = 500;

function findSeparators(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true, numberingSystem: "latn" }).formatToParts(
    -1234567.5,
  );
  const of = (type: string) => parts.find((part) => part.type === type)?.value;
  return { group: of("group") ?? "", decimal: of("decimal") ?? "." };
}

const MINUS = /^[-\u2212\u2013]/;
const SPACES = /[\s\u00a0\u202f\u2009]/g;

/**
 * A number as somebody typed it, as it is kept. Separators count as their language has them: `1.234` is more than a
 * thousand in German and little more than one in English. Thousands are in threes or not separated at all.
 *
 * @returns null when it is no number, or could be read in two ways.
 */
export function typedNumber(text: string, { group, decimal }: Separators): string | null {
  const bare = latinDigits(text.trim());
  const sign = MINUS.test(bare) ? "-" : "";
  const rest = bare.replace(MINUS, "").replace(/^\+/, "").replace(SPACES, " ").trim();
  const [whole = "", fraction, ...more] = rest.split(decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return null;
  const separator = group.replaceAll(SPACES, " ").replace("'", "’");
  const written = whole.replaceAll("'", "’");
  const separators = [...new Set(written.replace(/\d/g, ""))];
  const grouped = separators.length === 0 || (separators.length === 1 && isGroup(separators[0]!, separator));
  if (!grouped || !/^\d+$/.test(written.replace(/\D/g, ""))) return null;
  if (separators.length === 1 && !/^\d{1,3}(?:\D\d{3})+$/.test(written) && !isIndian(written)) return null;
  const digits = written.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const kept = parseDecimal(`${sign}${digits}${fraction === undefined ? "" : `.${fraction}`}`);
  if (!kept) return null;
  return decimalText(kept.units === 0n ? { units: 0n, places: kept.places } : kept);
}

const isGroup = (used: string, own: string) => used === own || used === " " || used === "’";
/** Lakhs and crores: `12,34,567`. */
const isIndian = (text: string) => /^\d{1,2}(?:,\d{2})*,\d{3}$/.test(text);

/** A number that is kept, to be edited by somebody: only the fraction is set off. */
export const editedNumber = (kept: string, { decimal }: Separators): string => kept.replace(".", decimal);

/** A number that is kept, as it stands in a document. @param places null for as many as it has. */
export function writtenNumber(
  kept: string,
  { group, decimal }: Separators,
  places: number | null = null,
): string {
  const value = parseDecimal(kept);
  if (!value) return kept;
  const text = decimalText(places === null ? value : roundTo(value, places));
  const [whole = "", fraction] = text.replace("-", "").split(".");
  const grouped = group === "" ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, group);
  return `${text.startsWith("-") ? "\u2212" : ""}${grouped}${fraction === undefined ? "" : `${decimal}${fraction}`}`;
}

/** Minor units of currencies that have not two (ISO 4217). */
const PLACES: Readonly<Record<string, number>> = {
  ...{ BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0 },
  ...{ VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
};
export const placesOf = (currency: string): number => PLACES[currency] ?? 2;

export const roundedText = (value: Decimal, places: number): string => decimalText(roundTo(value, places));
