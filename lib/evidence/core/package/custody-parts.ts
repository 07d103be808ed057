/** The paragraphs of a custodian's declaration that counsel words, with the facts each has to name. */
export const CUSTODY_PARTS = {
  p1: ["title", "organization", "system"],
  p2: ["since", "organization", "generator", "tests"],
  p3: [],
  p5: ["organization", "confirm"],
  p6: [],
  p7: ["at"],
  p8: ["limits"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CustodyPart = keyof typeof CUSTODY_PARTS;
export const CUSTODY_PART_NAMES = Object.keys(CUSTODY_PARTS) as CustodyPart[];

export type CustodyParts = Readonly<Record<CustodyPart, string>>;

export const MOST_PART = 4_000;
