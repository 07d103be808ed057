import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { requireUnlocked } from "../documents/page-plan.ts";
import type { DraftField } from "../draft.ts";

/**
 * The fields as they are to be kept. Locks are set in a template and hold in what is made from it: there a locked
 * field stays as it is, and nothing new is locked.
 *
 * @throws envelopes/field-locked
 */
export function withLocks(
  before: readonly DraftField[],
  after: readonly DraftField[],
  isTemplate: boolean,
): DraftField[] {
  if (isTemplate) return [...after];
  requireUnlocked(before, after, isTemplate);
  const locked = new Map(before.filter(({ isLocked }) => isLocked).map((field) => [field.id, field]));
  return after.map(({ isLocked: _, ...field }) => {
    const kept = locked.get(field.id);
    if (!kept) return field;
    if (canonicalJson({ ...field, isLocked: true }) !== canonicalJson(kept))
      throw envelopesError("field-locked", `field ${field.id}`);
    return kept;
  });
}
