import { z } from "zod";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { FILE_KINDS } from "./file-kinds.ts";
import { NUMBER_STYLES, type NumberStyle } from "./typed-number.ts";
import { DATE_STYLES } from "./written-answer.ts";

/** How much can be said of one field. */
export const SETTING_LIMITS = {
  help: 300,
  text: 1_000,
  options: 200,
  option: 120,
  group: 60,
  cells: 60,
  formula: 500,
  url: 500,
  pattern: 200,
  tabOrder: 999,
  /** Decimal places of a number. */
  places: 8,
  attachmentMegabytes: 25,
  smallestPt: 6,
  largestPt: 36,
} as const;

export const FIELD_FONTS = ["plain", "serif", "mono"] as const;
export const FIELD_ALIGNS = ["left", "center", "right"] as const;

const day = z.iso.date();
const decimal = z.string().regex(/^-?\d{1,15}(?:\.\d{1,8})?$/);
const currency = z.string().regex(/^[A-Z]{3}$/);

/** What the sender says of a field beside its place; every entry may be left out. */
export const FieldSettings = z.strictObject({
  /** Shown and read out beside the label. */
  help: typedLine(SETTING_LIMITS.help).optional(),
  /** Which of its page comes first: those with a number, by it, then the others as they are read. */
  tabOrder: z.number().int().min(1).max(SETTING_LIMITS.tabOrder).optional(),
  /** Stands in the empty field while somebody enters something; no answer, and never printed. */
  placeholder: typedLine(SETTING_LIMITS.option).optional(),
  /** What the answer is set in, on the screen and in the document; smaller where it would not fit. */
  font: z.enum(FIELD_FONTS).optional(),
  sizePt: z.number().min(SETTING_LIMITS.smallestPt).max(SETTING_LIMITS.largestPt).optional(),
  align: z.enum(FIELD_ALIGNS).optional(),
  isReadOnly: z.boolean().optional(),
  /** An editor whose turn comes before fills it in first. */
  isForEditor: z.boolean().optional(),
  /** What the field holds at first; of a note and a link, what they say. */
  value: typedText(SETTING_LIMITS.text).optional(),
  /** Fields of one person with the same group belong together. */
  group: typedLine(SETTING_LIMITS.group).optional(),
  /** What this one of its group stands for. */
  option: typedLine(SETTING_LIMITS.option).optional(),
  /** How many of a group must be ticked, and may be. */
  least: z.number().int().min(0).max(100).optional(),
  most: z.number().int().min(1).max(100).optional(),
  options: z.array(typedLine(SETTING_LIMITS.option)).max(SETTING_LIMITS.options).optional(),
  /** Characters of a text. */
  shortest: z.number().int().min(0).max(SETTING_LIMITS.text).optional(),
  longest: z.number().int().min(1).max(SETTING_LIMITS.text).optional(),
  cells: z.number().int().min(1).max(SETTING_LIMITS.cells).optional(),
  /** The window of a date; both days belong to it. */
  from: day.optional(),
  to: day.optional(),
  /** The window of a number. */
  minimum: decimal.optional(),
  maximum: decimal.optional(),
  places: z.number().int().min(0).max(SETTING_LIMITS.places).optional(),
  currency: currency.optional(),
  numberStyle: z.enum(Object.keys(NUMBER_STYLES) as [NumberStyle, ...NumberStyle[]]).optional(),
  dateStyle: z.enum(DATE_STYLES).optional(),
  pattern: z.string().max(SETTING_LIMITS.pattern).optional(),
  /** What that looks like, for people: `two letters and six digits, like AB123456`. */
  example: typedLine(SETTING_LIMITS.option).optional(),
  formula: z.string().trim().max(SETTING_LIMITS.formula).optional(),
  url: z.string().trim().max(SETTING_LIMITS.url).optional(),
  accepts: z.array(z.enum(FILE_KINDS)).max(FILE_KINDS.length).optional(),
  megabytes: z.number().int().min(1).max(SETTING_LIMITS.attachmentMegabytes).optional(),
  /** Kept apart from the document, encrypted; masked on every screen. */
  isSensitive: z.boolean().optional(),
  /** Holds what a witness or a notary states, in the words of the record; nobody types in it. */
  isBlock: z.boolean().optional(),
  /** A sensitive one that the document shows all the same. */
  isPrinted: z.boolean().optional(),
});
export type FieldSettings = z.infer<typeof FieldSettings>;
