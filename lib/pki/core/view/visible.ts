const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Text of a stranger with every character that shows nothing, or turns the line, spelled as its code point. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (character) => `[U+${codeOf(character)}]`);

export const hidesCharacters = (text: string): boolean => text.search(HIDDEN) >= 0;

const codeOf = (character: string): string =>
  character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
