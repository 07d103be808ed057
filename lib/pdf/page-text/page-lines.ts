import type { PageCharacter } from "./text-blocks.ts";

/** Words that stand beside each other on a page as displayed; fractions of it, origin top left. */
export interface Line {
  readonly text: string;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Words of the page as they stand beside each other; a wide gap begins another. */
export function linesOf(characters: readonly PageCharacter[]): Line[] {
  const lines: { text: string; left: number; right: number; top: number; bottom: number }[] = [];
  for (const { text, left, right, top, bottom } of characters) {
    const last = lines.at(-1);
    if (text.trim() === "" || text === "_") {
      if (last && text === " ") last.text += " ";
      if (last && text === "_") lines.push({ text: "", left: right, right, top, bottom });
      continue;
    }
    const height = bottom - top;
    const goesOn =
      last && top < last.bottom && bottom > last.top && left - last.right < height * 2 && left >= last.left;
    if (goesOn && last.text !== "") {
      last.text += text;
      last.right = Math.max(last.right, right);
      [last.top, last.bottom] = [Math.min(last.top, top), Math.max(last.bottom, bottom)];
    } else lines.push({ text, left, right, top, bottom });
  }
  return lines
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, left, right, top, bottom }) => ({
      text,
      box: { x: left, y: top, width: right - left, height: bottom - top },
    }));
}
