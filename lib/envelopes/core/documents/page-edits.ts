import { z } from "zod";
import { shownLine, typedLine } from "#lib/identity/core/typed-text.ts";
import type { Color } from "#lib/pdf/drawing/drawing.ts";
import { ENVELOPE_LIMITS } from "../draft.ts";

export const EDIT_LIMITS = {
  marks: 2_000,
  additions: 500,
  textLength: 4_000,
  labelLength: 40,
  points: 5_000,
  /** Of a picture, as a file. */
  pictureBytes: 3 * 1024 * 1024,
  pictures: 10,
  searchLength: 200,
  found: 2_000,
  blankPages: 50,
} as const;

/** What can be drawn with; each stands out on white paper (WCAG 2.2, 1.4.11) but for the markers. */
export const EDIT_COLORS = {
  ink: "#14202b",
  blue: "#1d4ed8",
  green: "#15803d",
  red: "#b91c1c",
  yellow: "#fde047",
  pink: "#f9a8d4",
} as const satisfies Record<string, Color>;
export type EditColor = keyof typeof EDIT_COLORS;
const color = z.enum(Object.keys(EDIT_COLORS) as [EditColor, ...EditColor[]]);

const fraction = z.number().min(0).max(1);
const side = z.number().min(0.001).max(1);
const page = z.number().int().min(0).max(ENVELOPE_LIMITS.mostPages);
/** Fractions of the page as displayed, origin top left. */
const box = { page, x: fraction, y: fraction, width: side, height: side };
const strokeWidthPt = z.number().min(0.25).max(24);
const point = z.tuple([fraction, fraction]);

const isOnPage = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) =>
  x + width <= 1.000_001 && y + height <= 1.000_001;

/** A place whose content is taken out of the file; a black box with its label stays, or nothing at all. */
export const PageMark = z
  .object({
    ...{ ...box, label: typedLine(EDIT_LIMITS.labelLength).default("") },
    /** Nothing is drawn where it stood: for what was never meant to be read, such as tags for fields. */
    isBare: z.boolean().optional(),
  })
  .refine(isOnPage);
export type PageMark = z.infer<typeof PageMark>;

export const PageAddition = z.discriminatedUnion("kind", [
  z.object({
    ...{ kind: z.literal("text"), ...box, color },
    text: z.string().trim().min(1).max(EDIT_LIMITS.textLength),
    sizePt: z.number().min(6).max(72),
  }),
  z.object({
    ...{ kind: z.literal("picture"), ...box },
    /** A PNG or JPEG file, in base64. */
    file: z.base64().max(Math.ceil((EDIT_LIMITS.pictureBytes * 4) / 3) + 4),
    alternative: z.string().max(200).transform(shownLine).default(""),
  }),
  z.object({ kind: z.literal("rectangle"), ...box, color, strokeWidthPt, isFilled: z.boolean() }),
  z.object({ kind: z.literal("ellipse"), ...box, color, strokeWidthPt, isFilled: z.boolean() }),
  z.object({ kind: z.literal("highlight"), ...box, color }),
  z.object({
    ...{ kind: z.literal("line"), page, color, strokeWidthPt },
    points: z.array(point).length(2),
  }),
  z.object({
    ...{ kind: z.literal("drawing"), page, color, strokeWidthPt },
    points: z.array(point).min(2).max(EDIT_LIMITS.points),
  }),
]);
export type PageAddition = z.infer<typeof PageAddition>;

export const PageEdits = z
  .object({
    marks: z.array(PageMark).max(EDIT_LIMITS.marks),
    additions: z.array(PageAddition).max(EDIT_LIMITS.additions),
  })
  .refine(({ marks, additions }) => marks.length + additions.length > 0)
  .refine(({ additions }) => additions.every((one) => !("width" in one) || isOnPage(one)))
  .refine(
    ({ additions }) => additions.filter(({ kind }) => kind === "picture").length <= EDIT_LIMITS.pictures,
  );
export type PageEdits = z.infer<typeof PageEdits>;

export const FOUND_PATTERNS = ["email", "phone", "number"] as const;
export type FoundPattern = (typeof FOUND_PATTERNS)[number];

/** What is looked for on all pages of a document. */
export const PageSearch = z
  .object({
    words: z.string().max(EDIT_LIMITS.searchLength).transform(shownLine),
    patterns: z.array(z.enum(FOUND_PATTERNS)).max(FOUND_PATTERNS.length),
  })
  .refine(({ words, patterns }) => words !== "" || patterns.length > 0);
export type PageSearch = z.infer<typeof PageSearch>;

export interface FoundPlace {
  readonly page: number;
  /** A box for each line it runs over. */
  readonly boxes: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly text: string;
}
