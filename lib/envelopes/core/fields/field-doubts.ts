import type { DraftField } from "../draft.ts";
import type { Box } from "../field-places.ts";
import type { FieldRule } from "./field-rules.ts";
import { isAsked } from "./field-types.ts";
import { groupOf } from "./form-field.ts";
import { plainLabel } from "./formula.ts";

/** What looks like a mistake and keeps nobody from sending. */
export type FieldDoubt =
  | { readonly kind: "overlap"; readonly fieldId: string; readonly otherId: string }
  | {
      readonly kind: "same-label";
      readonly fieldId: string;
      readonly otherId: string;
      readonly label: string;
    };

/** Of the smaller field: what touches at an edge lies on nothing. */
const COVERED = 0.1;

/**
 * Fields that lie on one another, and such as are called the same, of which a table or a program fills only one. Of fields that
 * an answer shows or hides, several may share a place.
 */
export function fieldDoubts(fields: readonly DraftField[], rules: readonly FieldRule[]): FieldDoubt[] {
  return [...overlaps(fields, rules), ...sameLabels(fields)];
}

function* overlaps(fields: readonly DraftField[], rules: readonly FieldRule[]): Generator<FieldDoubt> {
  const changing = new Set(
    rules.flatMap(({ effect, targets }) =>
      effect === "show" || effect === "hide" || effect === "skip" ? targets : [],
    ),
  );
  const onPages = Map.groupBy(fields, ({ documentId, page }) => `${documentId} ${page}`);
  for (const own of onPages.values()) {
    const inOrder = own.toSorted((a, b) => a.y - b.y || a.x - b.x);
    for (const [at, field] of inOrder.entries())
      for (const other of inOrder.slice(at + 1)) {
        if (other.y >= field.y + field.height) break;
        if (changing.has(field.id) && changing.has(other.id)) continue;
        if (isCovered(field, other)) yield { kind: "overlap", fieldId: field.id, otherId: other.id };
      }
  }
}

function isCovered(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  return width * height > COVERED * Math.min(a.width * a.height, b.width * b.height);
}

/** What people enter or choose themselves; buttons of one group answer together. */
function* sameLabels(fields: readonly DraftField[]): Generator<FieldDoubt> {
  const first = new Map<string, DraftField>();
  for (const field of fields) {
    const label = plainLabel(field.label);
    if (label === "" || !isAsked(field.type) || groupOf(field) !== null) continue;
    if (field.type === "signature" || field.type === "initials") continue;
    const before = first.get(label);
    if (before)
      yield { kind: "same-label", fieldId: field.id, otherId: before.id, label: field.label.trim() };
    else first.set(label, field);
  }
}
