import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { requireUnlocked } from "../documents/page-plan.ts";
import type { DraftContent } from "../draft.ts";
import { isLockedRule } from "../fields/field-rules.ts";

type Lockable = Pick<DraftContent, "fields" | "rules" | "recipients">;

/**
 * A draft as it is to be kept. Locks are set in a template and hold in what is made from it: there a locked field
 * stays as it is, with the rules about it and the condition under which its person is asked, and nothing new is locked. A
 * locked check stays with its person.
 *
 * @throws envelopes/field-locked, check-locked
 */
export function withLocks<Content extends Lockable>(
  before: Lockable,
  given: Content,
  isTemplate: boolean,
): Content {
  if (isTemplate) return given;
  const recipients = withLockedChecks(before, given);
  requireUnlocked(before.fields, given.fields, isTemplate);
  const locked = new Map(before.fields.filter(({ isLocked }) => isLocked).map((field) => [field.id, field]));
  requireLockedRules(before, given, new Set(locked.keys()));
  const fields = given.fields.map(({ isLocked: _, ...field }) => {
    const kept = locked.get(field.id);
    if (!kept) return field;
    if (canonicalJson({ ...field, isLocked: true }) !== canonicalJson(kept))
      throw envelopesError("field-locked", `field ${field.id}`);
    return kept;
  });
  return { ...given, fields, recipients };
}

/** Whoever's check is locked is still asked, in the same part and for the same; nobody else's is locked. */
function withLockedChecks(before: Lockable, given: Lockable): DraftContent["recipients"] {
  const locked = new Map(
    before.recipients.filter(({ isCheckLocked }) => isCheckLocked).map((one) => [one.id, one]),
  );
  for (const { id, check, role } of locked.values()) {
    const now = given.recipients.find((one) => one.id === id);
    if (now?.check !== check || now.role !== role) throw envelopesError("check-locked", `recipient ${id}`);
  }
  return given.recipients.map(({ isCheckLocked: _, ...person }) => ({
    ...person,
    ...(locked.has(person.id) ? { isCheckLocked: true } : {}),
  }));
}

function requireLockedRules(before: Lockable, given: Lockable, locked: ReadonlySet<string>): void {
  if (locked.size === 0) return;
  const people = new Set(
    before.fields.filter(({ id }) => locked.has(id)).map(({ recipientId }) => recipientId),
  );
  // In their order: of two rules that set a field, the first counts.
  const held = ({ rules, recipients }: Lockable) => ({
    rules: rules.filter((rule) => isLockedRule(rule, locked)),
    conditions: recipients
      .filter(({ id }) => people.has(id))
      .map(({ id, onlyIf }) => ({ id, onlyIf }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  });
  if (canonicalJson(held(before)) !== canonicalJson(held(given)))
    throw envelopesError("field-locked", "a rule about a locked field");
}
