import type { Line } from "#lib/pdf/page-text/page-lines.ts";
import type { TextBlock } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box } from "../field-places.ts";
import { type FieldType, MANNERS } from "./field-types.ts";

/** What is written on a page, by order of reading and by place. */
export interface PageWords {
  readonly blocks: readonly TextBlock[];
  /** Short ones: what may be said beside a field. Fractions of the page as displayed, origin top left. */
  readonly lines: readonly Line[];
}

/** Words longer than this are a text, and no name of a field. */
export const NAME_LENGTH = 60;

/** What a field that nobody labelled is called by what stands around it. */
export interface NearWords {
  readonly text: string | null;
  /** The heading that it stands under. */
  readonly section: string | null;
}

/** Those whose kind says what belongs there. */
const SAY_IT_THEMSELVES: ReadonlySet<FieldType> = new Set([
  ...(["signature", "initials", "stamp", "date", "name", "forename", "surname", "title", "company"] as const),
  ...(["email", "phone", "ssn", "ein", "zip", "approve", "decline", "link", "note", "payment"] as const),
]);

/** Whether a field says nothing of itself but its kind. */
export const isUnnamed = (field: {
  readonly type: FieldType;
  readonly label: string;
  readonly settings: { readonly option?: string; readonly group?: string; readonly isBlock?: boolean };
}): boolean => {
  const { option, group, isBlock } = field.settings;
  return field.label === "" && !option && !group && !isBlock && !SAY_IT_THEMSELVES.has(field.type);
};

/**
 * The words beside a field or above it, and the heading over it.
 *
 * @param pages what is written on each page of the document, as far as it is known.
 */
export function nearWords(
  field: Box & { readonly type: FieldType; readonly page: number },
  pages: ReadonlyMap<number, PageWords | null>,
): NearWords {
  const here = pages.get(field.page);
  return { text: here ? besides(field, here.lines) : null, section: sectionOf(field, pages) };
}

const ROW = 0.25;
const TICK = 0.06;
const ABOVE = 0.03;
const SLACK = 0.01;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

function besides(field: Box & { readonly type: FieldType }, lines: readonly Line[]): string | null {
  const said = lines.flatMap(({ text, box }) => {
    const plain = plainWords(text);
    return plain === "" ? [] : [{ text: plain, box }];
  });
  const left = (gap: number) => nearest(said.filter(inRow(field)), (box) => field.x - box.x - box.width, gap);
  const right = (gap: number) =>
    nearest(said.filter(inRow(field)), (box) => box.x - field.x - field.width, gap);
  const isOver = ({ box }: Line) => box.x < field.x + field.width && box.x + box.width > field.x;
  const above = nearest(said.filter(isOver), (box) => field.y - box.y - box.height, ABOVE);
  const isPressed = MANNERS[field.type] === "pressed";
  if (isPressed) return right(TICK) ?? left(TICK) ?? above;
  // Where words run from right to left, what is asked stands to the right of its place.
  const isRtl = said.some(({ text, box }) => RTL.test(text) && inRow(field)({ text, box }));
  return (isRtl ? (right(ROW) ?? left(ROW)) : left(ROW)) ?? above;
}

const inRow =
  (field: Box) =>
  ({ box }: Line) =>
    box.y < field.y + field.height && box.y + box.height > field.y;

/** What is least far away, and no further than `most`. */
function nearest(lines: readonly Line[], far: (box: Box) => number, most: number): string | null {
  const near = lines
    .map(({ text, box }) => ({ text, far: far(box) }))
    .filter(({ far }) => far >= -SLACK && far <= most)
    .sort((one, other) => one.far - other.far);
  return near[0]?.text ?? null;
}

const plainWords = (text: string): string => {
  const plain = text
    .replaceAll(/[_:☐□….]{2,}|[_:☐□]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return /[\p{L}\p{N}]/u.test(plain) && plain.length <= NAME_LENGTH ? plain : "";
};

function sectionOf(
  { page, y }: { readonly page: number; readonly y: number },
  pages: ReadonlyMap<number, PageWords | null>,
): string | null {
  for (let at = page; at >= 0; at--) {
    const headings = (pages.get(at)?.blocks ?? []).filter(
      (block) => block.kind === "heading" && (at < page || block.top <= y),
    );
    const last = headings.at(-1);
    if (last?.kind === "heading") return last.text.slice(0, NAME_LENGTH).trim() || null;
  }
  return null;
}
