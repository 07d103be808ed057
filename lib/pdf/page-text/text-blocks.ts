/** A character on a page as displayed. */
export interface PageCharacter {
  readonly text: string;
  /** Fractions of the page as displayed, origin top left. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Of the marked content it belongs to; -1 when it belongs to none (ISO 32000-2 §14.6). */
  readonly markedContentId: number;
}

/** An element of a tagged page's structure; what it holds is other elements and marked content, in reading order. */
export interface PageElement {
  /** A standard structure type: `P`, `H1`, `TD` (ISO 32000-2 §14.8.4). */
  readonly type: string;
  readonly children: readonly (PageElement | number)[];
  /** Stands for what is drawn: of a figure, for example. */
  readonly alternative?: string;
}

/** A part of a page's text, in the order in which it is read. */
export type TextBlock = {
  /** Where it begins on the page, as fraction of its height. */
  readonly top: number;
} & (
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph" | "item" | "figure"; readonly text: string }
  | { readonly kind: "row"; readonly isHeader: boolean; readonly cells: readonly string[] }
);

/**
 * The text of a page as one reads it: by its tags where it has them for most of what is on it, else by where its lines
 * stand.
 *
 * @param characters in the order of the page's content.
 * @param structure  of the page; empty when it is not tagged.
 */
export function textBlocks(
  characters: readonly PageCharacter[],
  structure: readonly PageElement[],
): TextBlock[] {
  const byId = new Map<number, PageCharacter[]>();
  for (const character of characters) {
    const known = byId.get(character.markedContentId);
    if (known) known.push(character);
    else byId.set(character.markedContentId, [character]);
  }
  const ids = new Set(structure.flatMap(idsOf));
  const visible = characters.filter(({ text }) => text.trim() !== "");
  const tagged = visible.filter(({ markedContentId }) => ids.has(markedContentId));
  if (visible.length === 0 || tagged.length < visible.length * 0.5) return blocksByPlace(characters);
  return structure.flatMap((element) => blocksOf(element, byId)).filter(isWritten);
}

const isWritten = (block: TextBlock): boolean =>
  block.kind === "row" ? block.cells.some((cell) => cell !== "") : block.text !== "";

const idsOf = ({ children }: PageElement): number[] =>
  children.flatMap((child) => (typeof child === "number" ? [child] : idsOf(child)));

type Characters = ReadonlyMap<number, readonly PageCharacter[]>;

function blocksOf(element: PageElement, characters: Characters): TextBlock[] {
  const own = idsOf(element).flatMap((id) => characters.get(id) ?? []);
  const top = Math.min(1, ...own.map((character) => character.top));
  const heading = /^H([1-6])?$/.exec(element.type);
  const text = () => joined(own);
  if (heading) return [{ kind: "heading", level: Number(heading[1] ?? 2), text: text(), top }];
  if (element.type === "Figure" && element.alternative)
    return [{ kind: "figure", text: element.alternative, top }];
  if (element.type === "LI") return [{ kind: "item", text: text(), top }];
  if (element.type === "TR") {
    const cells = element.children.filter((child): child is PageElement => typeof child !== "number");
    const texts = cells.map((cell) => joined(idsOf(cell).flatMap((id) => characters.get(id) ?? [])));
    return [{ kind: "row", isHeader: cells.every(({ type }) => type === "TH"), cells: texts, top }];
  }
  const holdsBlocks = element.children.some((child) => typeof child !== "number" && !INLINE.has(child.type));
  if (!holdsBlocks) return [{ kind: "paragraph", text: text(), top }];
  return element.children.flatMap((child) =>
    typeof child === "number"
      ? blocksOf({ type: "P", children: [child] }, characters)
      : blocksOf(child, characters),
  );
}

const INLINE = new Set(["Span", "Link", "Reference", "Em", "Strong", "Sub", "Quote", "Code", "Lbl", "Annot"]);

const joined = (characters: readonly PageCharacter[]): string =>
  characters
    .map(({ text }) => text)
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim();

interface Line {
  readonly text: string;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Lines that stand close together and are of one size are a paragraph; a short, larger one is a heading. */
function blocksByPlace(characters: readonly PageCharacter[]): TextBlock[] {
  const lines = linesOf(characters);
  const heights = lines.map(({ top, bottom }) => bottom - top).sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 0;
  const blocks: Line[][] = [];
  for (const line of lines) {
    const last = blocks.at(-1)?.at(-1);
    if (last && belongsTo(last, line)) blocks.at(-1)!.push(line);
    else blocks.push([line]);
  }
  return blocks.map((block): TextBlock => {
    const text = block
      .map((line) => line.text)
      .join(" ")
      .replaceAll(/\s+/g, " ")
      .trim();
    const [first] = block;
    const isHeading = first!.bottom - first!.top > usual * 1.25 && text.length < 160 && block.length < 4;
    const { top } = first!;
    return isHeading ? { kind: "heading", level: 3, text, top } : { kind: "paragraph", text, top };
  });
}

function belongsTo(above: Line, line: Line): boolean {
  const height = above.bottom - above.top;
  const gap = line.top - above.bottom;
  const isOneSize = Math.abs(line.bottom - line.top - height) < height * 0.35;
  const isBelow = line.left < above.right && line.right > above.left;
  return isOneSize && isBelow && gap > -height && gap < height * 0.75;
}

function linesOf(characters: readonly PageCharacter[]): Line[] {
  const lines: PageCharacter[][] = [[]];
  for (const character of characters) {
    const line = lines.at(-1)!;
    const last = line.findLast(({ text }) => text.trim() !== "");
    const isBreak = /[\r\n]/.test(character.text);
    const isElsewhere =
      last && character.text.trim() !== "" && (character.top >= last.bottom || character.bottom <= last.top);
    if (isBreak || isElsewhere) lines.push(isBreak ? [] : [character]);
    else line.push(character);
  }
  return lines.flatMap((line) => {
    const drawn = line.filter(({ text }) => text.trim() !== "");
    if (drawn.length === 0) return [];
    return [
      {
        text: joined(line),
        top: Math.min(...drawn.map(({ top }) => top)),
        bottom: Math.max(...drawn.map(({ bottom }) => bottom)),
        left: Math.min(...drawn.map(({ left }) => left)),
        right: Math.max(...drawn.map(({ right }) => right)),
      },
    ];
  });
}

/**
 * What is on a page in the order in which it is read: each thing after the last text that begins above its middle.
 *
 * @param middle of a thing, as fraction of the page's height.
 */
export function inReadingOrder<T>(
  blocks: readonly TextBlock[],
  things: readonly T[],
  middle: (thing: T) => number,
): { readonly block: TextBlock | null; readonly things: readonly T[] }[] {
  const places = things.map((thing) => blocks.findLastIndex(({ top }) => top <= middle(thing)));
  const at = (index: number) =>
    things.filter((_, position) => places[position] === index).toSorted((a, b) => middle(a) - middle(b));
  return [{ block: null, things: at(-1) }, ...blocks.map((block, index) => ({ block, things: at(index) }))];
}
