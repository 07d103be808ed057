import bidiFactory from "bidi-js";
import type { Paragraph } from "#lib/pdf/text/shape.ts";

const OPEN = "\u2068"; // FIRST STRONG ISOLATE
const CLOSE = "\u2069"; // POP DIRECTIONAL ISOLATE
const MARKS = /[\u2066-\u2069]/g;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const bidi = bidiFactory();

/** Keeps the direction of a value from reaching the words around it, where it has one (UAX #9 §2.4.2). */
export const isolated = (value: string): string =>
  RIGHT_TO_LEFT.test(value) ? `${OPEN}${value}${CLOSE}` : value;

export const withoutIsolates = (text: string): string => text.replace(MARKS, "");

/**
 * Gives each cluster the level it has in the text with isolates, which are not drawn themselves.
 *
 * @param marked the text of the paragraph with its isolates.
 */
export function isolateLevels(paragraph: Paragraph, marked: string): Paragraph {
  if (marked.length === paragraph.text.length) return paragraph;
  const { levels } = bidi.getEmbeddingLevels(marked, paragraph.direction);
  const kept: number[] = [];
  for (let index = 0; index < marked.length; index++)
    if (!/[\u2066-\u2069]/.test(marked[index]!)) kept.push(levels[index]!);
  const items = paragraph.items.map((item) => ({ ...item, level: kept[item.start]! }));
  return { ...paragraph, items };
}
