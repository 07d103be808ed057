import { z } from "zod";

// Controls, lone surrogates, and what changes the order or the look of a text without being seen in it: soft
// hyphens, bidirectional controls, zero-width spaces. Joiners stay: Persian, Hindi and emoji are written with them.
const HIDDEN =
  /[\p{Cs}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** What somebody typed, composed (NFC) and with nothing in it that nobody sees; line breaks are LF. */
export const shownText = (typed: string): string =>
  typed
    .normalize("NFC")
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replaceAll("\t", " ")
    .replace(HIDDEN, "")
    .trim();

/** The same in one line. */
export const shownLine = (typed: string): string =>
  shownText(typed.replace(/[\r\n\u0085\u2028\u2029]+/g, " "));

/** Parses one line that somebody typed. @param most UTF-16 units; @param least as well. */
export const typedLine = (most: number, least = 0) =>
  z.string().transform(shownLine).pipe(z.string().min(least).max(most));

/** Parses lines that somebody typed. @param most UTF-16 units. */
export const typedText = (most: number) => z.string().transform(shownText).pipe(z.string().max(most));

/** As many whole characters as fit into `most` UTF-16 units. */
export function cutText(text: string, most: number): string {
  const cut = text.slice(0, most);
  return (/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut).trimEnd();
}
