/** What is kept of a picture: fractions of its width and height, origin top left. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const WHOLE: Crop = { left: 0, top: 0, right: 1, bottom: 1 };
export const SIDES = ["top", "bottom", "left", "right"] as const;
export type Side = (typeof SIDES)[number];

const STEP = 0.05;
/** Less than that is no signature, and nothing to get hold of. */
const LEAST = 0.1;

const within = (value: number) => Math.min(1, Math.max(0, value));
const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

/** Moves one side by a step. @param direction 1 cuts off more, -1 less. */
export function moveSide(crop: Crop, side: Side, direction: 1 | -1): Crop {
  const isFar = side === "right" || side === "bottom";
  const wanted = within(crop[side] + STEP * direction * (isFar ? -1 : 1));
  const opposite = { left: crop.right, right: crop.left, top: crop.bottom, bottom: crop.top }[side];
  const most = isFar ? Math.max(wanted, opposite + LEAST) : Math.min(wanted, opposite - LEAST);
  return { ...crop, [side]: rounded(within(most)) };
}

/** The frame between two corners that were drawn; null where it is too small to be meant. */
export function frameOf(
  one: { readonly x: number; readonly y: number },
  other: { readonly x: number; readonly y: number },
): Crop | null {
  const [left, right] = [within(Math.min(one.x, other.x)), within(Math.max(one.x, other.x))];
  const [top, bottom] = [within(Math.min(one.y, other.y)), within(Math.max(one.y, other.y))];
  if (right - left < LEAST || bottom - top < LEAST) return null;
  return { left: rounded(left), top: rounded(top), right: rounded(right), bottom: rounded(bottom) };
}

export const isWhole = (crop: Crop): boolean => SIDES.every((side) => crop[side] === WHOLE[side]);
