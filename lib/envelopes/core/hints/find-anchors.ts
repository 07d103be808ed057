import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Anchor } from "./anchor.ts";

export interface FoundAnchor {
  readonly anchor: Anchor;
  /** In the page's characters; the end does not belong to it. */
  readonly from: number;
  readonly to: number;
}

const isPartOfWord = (text: string | undefined): boolean => text !== undefined && /[\p{L}\p{N}_]/u.test(text);

/** Where a page says the words of anchors, also where they go on in the next line. Longer words go first. */
export function findAnchors(characters: readonly PageCharacter[], anchors: readonly Anchor[]): FoundAnchor[] {
  if (anchors.length === 0) return [];
  const places = characters.flatMap(({ text }, at) => (/\S/u.test(text) && text.length === 1 ? [at] : []));
  const exact = places.map((at) => characters[at]!.text).join("");
  const folded = [...exact].map((one) => (one.toLowerCase().length === 1 ? one.toLowerCase() : one)).join("");
  const found: FoundAnchor[] = [];
  for (const anchor of anchors.toSorted((a, b) => b.text.length - a.text.length)) {
    const words = anchor.text.replaceAll(/\s/gu, "");
    const wanted = anchor.matchesCase ? words : words.toLowerCase();
    const text = anchor.matchesCase ? exact : folded;
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
      const [from, to] = [places[at]!, places[at + wanted.length - 1]! + 1];
      const isApart = !isPartOfWord(characters[from - 1]?.text) && !isPartOfWord(characters[to]?.text);
      const isFree = found.every((other) => to <= other.from || from >= other.to);
      if (isFree && (isApart || !anchor.isWholeWord)) found.push({ anchor, from, to });
    }
  }
  return found;
}
