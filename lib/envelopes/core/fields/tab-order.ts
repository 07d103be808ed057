interface Ordered {
  readonly settings: { readonly tabOrder?: number };
}

/**
 * Of two fields of one page, which the sender wants first: one with a number before one without.
 *
 * @returns negative, zero or positive, as a comparison does; zero where the sender says nothing of either.
 */
export function byTabOrder(one: Ordered, other: Ordered): number {
  const [a, b] = [one.settings.tabOrder, other.settings.tabOrder];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a - b;
}

/**
 * Where each of a page's fields stands among its text, so that none comes before one that goes first.
 *
 * @param fields of one page, in the order they are gone through; heights as fractions of the page.
 */
export function middlesInOrder(
  fields: readonly { readonly id: string; readonly y: number; readonly height: number }[],
): ReadonlyMap<string, number> {
  let lowest = 0;
  return new Map(
    fields.map(({ id, y, height }) => {
      lowest = Math.max(lowest, y + height / 2);
      return [id, lowest];
    }),
  );
}
