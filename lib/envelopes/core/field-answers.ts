/** How an answer is compared. */
export const OPERATORS = ["is", "is-not", "contains", "at-least", "at-most", "filled", "empty"] as const;
export type Operator = (typeof OPERATORS)[number];

/** Whether one of these answers is as wanted; names and texts are compared without case. */
export function answersHold(values: readonly string[], operator: Operator, wanted: string): boolean {
  const isFilled = values.some((value) => plain(value) !== "");
  switch (operator) {
    case "filled":
      return isFilled;
    case "empty":
      return !isFilled;
    case "is":
      return values.some((value) => same(value, wanted));
    case "is-not":
      return !values.some((value) => same(value, wanted));
    case "contains":
      return values.some((value) => plain(value).includes(plain(wanted)));
    case "at-least":
      return values.some((value) => compare(value, wanted, (found, limit) => found >= limit));
    case "at-most":
      return values.some((value) => compare(value, wanted, (found, limit) => found <= limit));
  }
}

export const plain = (text: string): string => text.normalize("NFKC").trim().toLowerCase();
export const same = (a: string, b: string): boolean => plain(a) === plain(b);

function compare(value: string, wanted: string, fits: (found: number, limit: number) => boolean): boolean {
  const [found, limit] = [amountIn(value), amountIn(wanted)];
  return found !== null && limit !== null && fits(found, limit);
}

/** `1,250.50`, `€ 1250.5`, `-3`: with commas between thousands; null when it is no number. */
export function amountIn(text: string): number | null {
  const bare = text.normalize("NFKC").replace(/[\s\p{Sc}]|[A-Z]{3}/gu, "");
  if (!/^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(bare)) return null;
  return Number(bare.replaceAll(",", ""));
}
