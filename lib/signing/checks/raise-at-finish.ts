import { appendEvent } from "#lib/audit/append-event.ts";
import type { Context } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { namesOf, raisedEvent } from "#lib/envelopes/authentication/raise-checks.ts";
import { type AuthenticationPolicy, raisedBy } from "#lib/envelopes/core/authentication-rules.ts";
import { type CheckMethod, type FurtherCheck, isPossible, takesPhone } from "#lib/envelopes/core/checks.ts";
import { changeRecipient, type LoadedCeremony, type RecipientRow } from "../store.ts";
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
  { envelope, fields, values }: LoadedCeremony,
  person: Person,
  at: FurtherCheck["at"],
) {
  const policy = await policyOf(ctx, envelope.id);
  const before = checksOf(person);
  const answers = fields.map(({ id, label }) => ({ label, value: values.get(id) ?? "" }));
  const { role, email, phone } = person;
  const { classId, rules } = policy;
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

/** What the sender could not foresee must not end in a dead end: an app can always be set up. */
function possible(
  check: CheckMethod,
  { phone }: Pick<Person, "phone">,
  policy: AuthenticationPolicy,
): CheckMethod {
  const isOut = (takesPhone([check]) && phone === "") || !isPossible(check, policy);
  return isOut ? "second-factor" : check;
}
