import { type FormField, MASK } from "./form-field.ts";
import { NUMBER_STYLES, placesOf, writtenNumber } from "./typed-number.ts";

/** How a document writes days. */
export const DATE_STYLES = ["1 Mar 2026", "2026-03-01", "03/01/2026", "01.03.2026"] as const;
export type DateStyle = (typeof DATE_STYLES)[number];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A kept answer as it stands in the document. */
export function writtenAnswer(
  { type, settings }: Pick<FormField, "type" | "settings">,
  value: string,
): string {
  if (value === "") return "";
  if (settings.isSensitive && !settings.isPrinted) return MASK;
  switch (type) {
    case "day":
      return writtenDay(value, settings.dateStyle);
    case "number":
    case "amount":
    case "formula": {
      const { currency, places } = settings;
      const style = NUMBER_STYLES[settings.numberStyle ?? "1,234.56"];
      const isMoney = type === "amount" || (type === "formula" && currency !== undefined);
      const text = writtenNumber(value, style, places ?? (isMoney ? placesOf(currency ?? "") : null));
      return isMoney && currency ? `${text} ${currency}` : text;
    }
    case "link":
      return settings.url ? `${value} (${settings.url})` : value;
    default:
      return value;
  }
}

function writtenDay(value: string, style: DateStyle = "1 Mar 2026"): string {
  const [year, month, day] = value.split("-") as [string, string, string];
  switch (style) {
    case "2026-03-01":
      return value;
    case "03/01/2026":
      return `${month}/${day}/${year}`;
    case "01.03.2026":
      return `${day}.${month}.${year}`;
    default:
      return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
  }
}
