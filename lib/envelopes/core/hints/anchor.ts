import { z } from "zod";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { FieldSettings, SETTING_LIMITS } from "../fields/field-settings.ts";
import { FIELD_TYPES } from "../fields/field-types.ts";

export const ANCHOR_LIMITS = { anchors: 200, text: 120, label: 120, signer: 64, distance: 2_000 } as const;

export const ANCHOR_UNITS = ["pt", "px", "mm", "cm", "in"] as const;
export type AnchorUnit = (typeof ANCHOR_UNITS)[number];

const distance = z.number().min(-ANCHOR_LIMITS.distance).max(ANCHOR_LIMITS.distance);
const side = z.number().positive().max(ANCHOR_LIMITS.distance);

/** Words of an organization's own that say where in a document a field belongs, and what it is. */
export const Anchor = z.strictObject({
  text: typedLine(ANCHOR_LIMITS.text).refine((text) => text.replaceAll(/\s/g, "").length >= 2),
  type: z.enum(FIELD_TYPES),
  label: typedLine(ANCHOR_LIMITS.label).default(""),
  /** Number, role or name; empty for whoever is chosen. */
  signer: typedLine(ANCHOR_LIMITS.signer).default(""),
  isRequired: z.boolean().default(true),
  /** From the upper left corner of the words to that of the field: to the right, and down. */
  xOffset: distance.default(0),
  yOffset: distance.default(0),
  /** As large as the words where nothing is said. */
  width: side.optional(),
  height: side.optional(),
  unit: z.enum(ANCHOR_UNITS).default("pt"),
  isWholeWord: z.boolean().default(true),
  matchesCase: z.boolean().default(false),
  /** A document without the words is not told of. */
  mayBeAbsent: z.boolean().default(true),
  /** The words are taken out of the document with the tags. */
  isTakenOut: z.boolean().default(false),
  settings: FieldSettings.default({}),
});
export type Anchor = z.output<typeof Anchor>;

const POINTS: Readonly<Record<AnchorUnit, number>> = {
  pt: 1,
  px: 0.75,
  mm: 72 / 25.4,
  cm: 72 / 2.54,
  in: 72,
};

export const inPoints = (length: number, unit: AnchorUnit): number => length * POINTS[unit];

const SIGN_NOW_TYPES = {
  ...{ signature: "signature", initials: "initials", text: "text", checkbox: "checkbox" },
  ...{ attachment: "attachment", enumeration: "dropdown", hyperlink: "link" },
} as const;

const short = (most: number) => z.string().transform((text) => text.trim().slice(0, most));
const number = z.coerce.number().positive().max(ANCHOR_LIMITS.distance).optional();

/** The list that signNow takes with a document whose tags are only names ("complex" tags). */
const SignNowTags = z
  .array(
    z.object({
      tag_name: z
        .string()
        .trim()
        .min(1)
        .max(ANCHOR_LIMITS.text - 4),
      type: z.enum(Object.keys(SIGN_NOW_TYPES) as (keyof typeof SIGN_NOW_TYPES)[]),
      role: short(ANCHOR_LIMITS.signer).default(""),
      required: z.boolean().default(false),
      label: short(ANCHOR_LIMITS.label).default(""),
      prefilled_text: short(SETTING_LIMITS.text).optional(),
      width: number,
      height: number,
      lsd: z.string().optional(),
      enumeration_options: z.array(short(SETTING_LIMITS.option)).max(SETTING_LIMITS.options).optional(),
      link: short(SETTING_LIMITS.url).optional(),
      hint: short(SETTING_LIMITS.text).optional(),
    }),
  )
  .max(ANCHOR_LIMITS.anchors);

/** @param json as signNow takes it. @throws ZodError, SyntaxError when it is no such list */
export function anchorsFromSignNow(json: string): Anchor[] {
  return SignNowTags.parse(JSON.parse(json)).map((tag) => {
    const type = tag.type === "text" && tag.lsd === "y" ? "date" : SIGN_NOW_TYPES[tag.type];
    return Anchor.parse({
      text: `{{${tag.tag_name}}}`,
      ...{ type, label: tag.label, signer: tag.role, isRequired: tag.required },
      ...{ width: tag.width, height: tag.height, unit: "px" },
      ...{ isWholeWord: false, matchesCase: true, mayBeAbsent: true, isTakenOut: true },
      settings: {
        ...(type === "text" && tag.prefilled_text ? { value: tag.prefilled_text } : {}),
        ...(type === "dropdown" ? { options: tag.enumeration_options ?? [] } : {}),
        ...(type === "link" ? { url: tag.link ?? "", value: tag.hint || tag.label || tag.link || "" } : {}),
      },
    });
  });
}
