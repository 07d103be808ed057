import { appendEvent } from "#lib/audit/append-event.ts";
import type { Context } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { raisedEvent } from "#lib/envelopes/authentication/raise-checks.ts";
import type { AuthenticationPolicy } from "#lib/envelopes/core/authentication-rules.ts";
import { raisedBy } from "#lib/envelopes/core/authentication-rules.ts";
import type { CheckMethod, FurtherCheck } from "#lib/envelopes/core/checks.ts";
import { changeRecipient, type LoadedCeremony, type RecipientRow } from "../store.ts";
import { checksOf, hasShownAll } from "./current-step.ts";

/**
 * Looks at the rules again with everything that was entered, in the transaction of Finish. What is asked for now and
 * was not shown is written down with the rule, and the person shows it before they finish.
 *
 * @returns whether more is asked for
 */
export async function raiseAtFinish(
  ctx: Context,
  { envelope, fields, values }: LoadedCeremony,
  recipient: RecipientRow,
): Promise<boolean> {
  const { actor } = ctx;
  const policy = await policyOf(ctx, envelope.id);
  const before = checksOf(recipient);
  const answers = fields.map(({ id, label }) => ({ label, value: values.get(id) ?? "" }));
  const facts = { ...recipient, classId: policy.classId, answers };
  const { required, by } = raisedBy(before, policy.rules, facts);
  if (by.length === 0) return false;
  const rules = by.map(({ name }) => name).filter((name) => name !== "");
  const asked = required.map((check) => possible(check, recipient, policy));
  const added = asked.filter((check) => !before.includes(check));
  const furtherChecks = [
    ...recipient.furtherChecks,
    ...added.map((check): FurtherCheck => ({ check, rules, at: "finish" })),
  ];
  const raised = { ...recipient, furtherChecks };
  await changeRecipient(ctx, recipient.id, { furtherChecks });
  const data = raisedEvent(recipient.id, "finish", before, checksOf(raised), by);
  await appendEvent(ctx, { type: "authentication.raised", envelopeId: envelope.id, data });
  return !hasShownAll(raised, actor.kind === "recipient" ? (actor.checked ?? []) : []);
}

/** What the sender could not foresee must not end in a dead end: an app can always be set up. */
function possible(check: CheckMethod, { phone }: RecipientRow, policy: AuthenticationPolicy): CheckMethod {
  const isOut =
    (check === "sms-code" && phone === "") ||
    (check === "sso" && !policy.hasSso) ||
    (check === "passkey" && !policy.takesPasskeys);
  return isOut ? "second-factor" : check;
}
