/** How many fields of one person are on a page. */
export interface PageShare {
  /** Empty for fields that are nobody's. */
  readonly recipientId: string;
  readonly count: number;
}

interface Placed {
  readonly documentId: string;
  readonly page: number;
  readonly recipientId: string;
}

/**
 * Whose fields are on each page, in the order of the people; pages without fields are left out.
 *
 * @returns by `documentId page`, pages from 0.
 */
export function fieldsByPage(
  fields: readonly Placed[],
  people: readonly { readonly id: string }[],
): ReadonlyMap<string, readonly PageShare[]> {
  const known = new Set(people.map(({ id }) => id));
  const byPage = Map.groupBy(fields, ({ documentId, page }) => `${documentId} ${page}`);
  return new Map(
    [...byPage].map(([place, own]) => {
      const counts = new Map<string, number>();
      for (const { recipientId } of own) {
        const id = known.has(recipientId) ? recipientId : "";
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      const ids = [...people.map(({ id }) => id), ""];
      return [
        place,
        ids.flatMap((id) => (counts.has(id) ? [{ recipientId: id, count: counts.get(id)! }] : [])),
      ];
    }),
  );
}
