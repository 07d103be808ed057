/** Page numbers as people write them, from 1: `1-3, 7`. @param pages from 0. */
export function runsOfPages(pages: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const page of [...new Set(pages)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && page === last[1] + 1) last[1] = page;
    else runs.push([page, page]);
  }
  return runs.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}-${to + 1}`)).join(", ");
}

/** The pages, from 0, that such a text names; what is no number names none. */
export function pagesOfRuns(runs: string): number[] {
  return runs.split(",").flatMap((run) => {
    const [from, to = from] = run.split("-").map(Number);
    if (!from || !to || from < 1 || to < from || to > 100_000) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => from - 1 + index);
  });
}

/** A page of a document, as one name. */
export const pageName = (documentId: string, page: number): string => `${documentId}:${page}`;

/** Pages that were never on a person's screen, in order. @param seen by name. */
export function unseenPages(
  documents: readonly { readonly id: string; readonly pageCount: number }[],
  seen: ReadonlySet<string>,
): string[] {
  return documents
    .flatMap(({ id, pageCount }) => Array.from({ length: pageCount }, (_, page) => pageName(id, page)))
    .filter((name) => !seen.has(name));
}
