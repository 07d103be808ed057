const AT_MOST = 4;

/** The initials of a name as a first proposal: the first character of each of its words, as people see characters. */
export function initialsOf(name: string): string {
  const words = name
    .normalize("NFC")
    .split(/[\s\-‐‑–·・]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const firsts = words.map((word) => {
    const start = word.search(/[\p{L}\p{N}]/u);
    return [...characters.segment(word.slice(start))][0]!.segment;
  });
  return firsts.slice(0, AT_MOST).join("").toLocaleUpperCase();
}
