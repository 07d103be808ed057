import type { Box } from "../field-places.ts";
import type { FieldHint } from "./hint.ts";

/** Hints of which none lies on another: what a document says of itself goes before what it looks like. */
export function withoutDoubles(hints: readonly FieldHint[]): FieldHint[] {
  const kept: FieldHint[] = [];
  for (const hint of hints) {
    const isTold = kept.some(
      (other) => other.page === hint.page && other.from !== hint.from && covers(other, hint),
    );
    if (!isTold) kept.push(hint);
  }
  return kept;
}

function covers(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  return width * height > 0.3 * Math.min(a.width * a.height, b.width * b.height);
}
