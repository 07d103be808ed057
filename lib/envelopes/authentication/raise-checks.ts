import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import {
  type AuthenticationPolicy,
  type AuthenticationRule,
  raisedBy,
} from "../core/authentication-rules.ts";
import type { CheckMethod, FurtherCheck } from "../core/checks.ts";
import { changeRecipient, type RecipientRow } from "../store.ts";
import { loadAnswers } from "./policy-store.ts";

const listed = (checks: readonly CheckMethod[]): string => (checks.length > 0 ? checks.join(" + ") : "none");

/** By which people are told of rules; what the organization asks for everywhere has none. */
export const namesOf = (rules: readonly AuthenticationRule[]): string[] => [
  ...new Set(rules.map(({ name }) => name).filter((name) => name !== "")),
];

/** What the trail says of rules that asked for more. */
export const raisedEvent = (
  recipient: RecipientId,
  at: "send" | "finish",
  before: readonly CheckMethod[],
  after: readonly CheckMethod[],
  by: readonly AuthenticationRule[],
) => ({
  ...{ recipient, at, from: listed(before), to: listed(after) },
  rules: by.map(({ id, name, minimum }) => ({ id, name, minimum })),
  reason: namesOf(by).join(", "),
});

/** Raises what people show by the rules that apply at sending, and writes it down with them. Part of sending. */
export async function raiseChecks(
  ctx: Context,
  envelopeId: EnvelopeId,
  people: readonly RecipientRow[],
  { rules, classId }: AuthenticationPolicy,
) {
  const answers = await loadAnswers(ctx, envelopeId);
  const recipients: RecipientRow[] = [];
  const raised: ReturnType<typeof raisedEvent>[] = [];
  for (const person of people) {
    const { id, role, email, phone, check: chosen } = person;
    const { required, by } = raisedBy([chosen], rules, { role, classId, email, phone, answers });
    if (by.length === 0) {
      recipients.push(person);
      continue;
    }
    const [check = "none", ...others] = required;
    const names = namesOf(by);
    const furtherChecks = others.map((one): FurtherCheck => ({ check: one, rules: names, at: "send" }));
    await changeRecipient(ctx, id, { check, furtherChecks });
    recipients.push({ ...person, check, furtherChecks });
    raised.push(raisedEvent(id, "send", [chosen], required, by));
  }
  return { recipients, raised };
}
