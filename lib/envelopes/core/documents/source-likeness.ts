/** What a file says of its looks, and what the PDF made of it has. */
export interface Looks {
  /** Null where it does not say. */
  readonly pages: number | null;
  readonly fonts: readonly string[];
}

export interface Unlikeness {
  /** As the file says; null where it says nothing, or the same. */
  readonly pagesSaid: number | null;
  /** Fonts of the file that the PDF has not. */
  readonly fontsMissing: readonly string[];
  /** Fonts of the PDF that the file does not name: they stand in. */
  readonly standIns: readonly string[];
}

/** Bullets and arrows are drawn with them, whatever the text is written in. */
const SYMBOLS = /symbol|dingbats|wingdings|webdings/i;
const STYLE = /[-,](?:Regular|Roman|Book|Bold|Semibold|Demi|Light|Medium|Italic|Oblique|MT|PS)+$/i;

const key = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/**
 * How a PDF differs from the office document it was made of, as far as one can tell without the program that wrote that.
 * A font that is named and written in nowhere is no difference: only where another stands in, one is missing.
 */
export function unlikeness(source: Looks, pdf: Looks & { readonly pages: number }): Unlikeness {
  const named = source.fonts.map((font) => ({ font, key: key(font) }));
  const here = pdf.fonts.filter((font) => !SYMBOLS.test(font)).map((font) => ({ font, key: key(font) }));
  const isOf = (a: { readonly key: string }, b: { readonly key: string }) => a.key.startsWith(b.key);
  const strangers = here.filter((one) => !named.some((other) => isOf(one, other)));
  const isReplaced = named.length > 0 && strangers.length > 0;
  const missing = named.filter((one) => !SYMBOLS.test(one.font) && !here.some((other) => isOf(other, one)));
  return {
    pagesSaid: source.pages === pdf.pages ? null : source.pages,
    fontsMissing: isReplaced ? missing.map(({ font }) => font) : [],
    standIns:
      isReplaced && missing.length > 0
        ? [...new Set(strangers.map(({ font }) => font.replace(STYLE, "")))]
        : [],
  };
}
