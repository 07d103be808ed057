import { appendEvent } from "#lib/audit/append-event.ts";
import type { Context } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { namesOf, raisedEvent } from "#lib/envelopes/authentication/raise-checks.ts";
import {
  type AuthenticationPolicy,
  type AuthenticationRule,
  raisedBy,
} from "#lib/envelopes/core/authentication-rules.ts";
import {
  type CheckMethod,
  type FurtherCheck,
  isMinimum,
  isPossible,
  takesPhone,
} from "#lib/envelopes/core/checks.ts";
import { formState, ruleHolds } from "#lib/envelopes/core/fields/form-state.ts";
import type { FieldId } from "#lib/ids.ts";
import { ceremonyOf, changeRecipient, type LoadedCeremony, type RecipientRow } from "../store.ts";
import { checksOf, hasShownAll } from "./current-step.ts";

type Person = Pick<RecipientRow, "id" | "role" | "email" | "phone" | "check" | "furtherChecks">;

/**
 * Looks at the rules again with everything that was entered, in the transaction of Finish. What is asked for now and
 * was not shown is written down with the rule, and the person shows it before they finish.
 *
 * @returns whether more is asked for
 */
export async function raiseAtFinish(
  ctx: Context,
  ceremony: LoadedCeremony,
  recipient: RecipientRow,
): Promise<boolean> {
  const { actor } = ctx;
  const raised = await raisedNow(ctx, ceremony, recipient, "finish");
  if (!raised) return false;
  const { furtherChecks, data } = raised;
  await changeRecipient(ctx, recipient.id, { furtherChecks });
  await appendEvent(ctx, { type: "authentication.raised", envelopeId: ceremony.envelope.id, data });
  const shown = actor.kind === "recipient" ? (actor.checked ?? []) : [];
  return !hasShownAll({ ...recipient, furtherChecks }, shown);
}

/** What rules ask of somebody by now that was not asked before; null where they ask for nothing more. Part of a verb. */
export async function raisedNow(
  ctx: Context,
  loaded: LoadedCeremony,
  person: Person,
  at: FurtherCheck["at"],
) {
  const { envelope, fields, values } = loaded;
  const policy = await policyOf(ctx, envelope.id);
  const before = checksOf(person);
  const answers = fields.map(({ id, label }) => ({ label, value: values.get(id) ?? "" }));
  const { role, email, phone } = person;
  const { classId } = policy;
  const rules = [...policy.rules, ...rulesOfDraft(loaded, person)];
  const { required, by } = raisedBy(before, rules, { role, email, phone, classId, answers });
  if (by.length === 0) return null;
  const names = namesOf(by);
  const asked = required.map((check) => possible(check, person, policy));
  const furtherChecks = [
    ...person.furtherChecks,
    ...asked
      .filter((check) => !before.includes(check))
      .map((check): FurtherCheck => ({ check, rules: names, at })),
  ];
  const after = checksOf({ ...person, furtherChecks });
  return { furtherChecks, data: raisedEvent(person.id, at, before, after, by) };
}

/** What the sender's own rules about fields ask of somebody, by what has been entered. */
function rulesOfDraft(loaded: LoadedCeremony, { id }: Pick<Person, "id">): AuthenticationRule[] {
  const own = new Set(loaded.fields.filter(({ recipientId }) => recipientId === id).map((field) => field.id));
  const raising = loaded.envelope.rules.filter(
    ({ effect, targets }) => effect === "raise" && targets.some((target) => own.has(target as FieldId)),
  );
  if (raising.length === 0) return [];
  const { form } = ceremonyOf(loaded, id);
  const states = formState(form);
  const answerOf = (fieldId: string) => states.get(fieldId)?.value ?? "";
  return raising.flatMap((rule) =>
    isMinimum(rule.value) && ruleHolds(rule, answerOf)
      ? [{ id: rule.id, name: "", minimum: rule.value, conditions: [], roles: null }]
      : [],
  );
}

/** What the sender could not foresee must not end in a dead end: an app can always be set up. */
function possible(
  check: CheckMethod,
  { phone }: Pick<Person, "phone">,
  policy: AuthenticationPolicy,
): CheckMethod {
  const isOut = (takesPhone([check]) && phone === "") || !isPossible(check, policy);
  return isOut ? "second-factor" : check;
}
