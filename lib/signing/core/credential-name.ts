/**
 * Whether the name in a credential's certificate looks like the one a document went to: all words of the shorter one
 * stand in the longer one. Case and marks do not matter. It decides nothing: where it does not, the person says so.
 */
export function looksLike(certified: string, asked: string): boolean {
  const [few, many] = [wordsOf(certified), wordsOf(asked)].toSorted((a, b) => a.length - b.length);
  return few!.length > 0 && few!.every((word) => many!.includes(word));
}

const wordsOf = (name: string): string[] =>
  name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
