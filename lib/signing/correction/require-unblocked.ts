import type { Context } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { type Blocker, blockersOf } from "#lib/envelopes/core/blockers.ts";
import type { PersonCorrection } from "#lib/envelopes/core/correction.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { contentOf } from "#lib/envelopes/get-draft.ts";
import { serverBlockers } from "#lib/envelopes/server-blockers.ts";
import type { LoadedCeremony } from "../store.ts";

const CHECKS = new Set<Blocker["code"]>([
  ...([
    "sso-not-set-up",
    "identity-not-set-up",
    "passkey-not-possible",
    "access-code-missing",
    "phone-missing",
    "phone-wrong",
  ] as const),
  ...(["host-gone", "named-check"] as const),
]);
const ORDERS = new Set<Blocker["code"]>([
  "condition-not-before",
  "namer-not-before",
  "alternative-of-nobody",
]);

/**
 * What would have kept the sender from sending keeps them from correcting. Part of a verb.
 *
 * @throws envelopes/check-not-possible, order-not-possible, person-name-not-drawable
 */
export async function requireUnblocked(
  ctx: Context,
  { envelope, recipients, fields, documents }: LoadedCeremony,
  corrections: readonly PersonCorrection[],
): Promise<void> {
  const wished = new Map<string, PersonCorrection>(corrections.map((one) => [one.id, one]));
  const people = recipients.map((person) => {
    const wish = wished.get(person.id);
    if (!wish) return person;
    const { name, email, phone, check, order } = wish;
    return { ...person, name, email, phone, check, order };
  });
  const content = { ...contentOf(envelope, people, fields), order: "mixed" as const };
  const policy = await policyOf(ctx, envelope.id);
  const changed = people.filter(({ id }) => wished.has(id));
  const blockers = [
    ...blockersOf(content, [], policy),
    ...(await serverBlockers(ctx, { ...content, recipients: changed, fields: [] }, documents)),
  ];
  const isReordered = corrections.some((one) => one.changes.some(({ what }) => what === "order"));
  for (const { code, ...about } of blockers) {
    const concerns = "recipientId" in about && wished.has(about.recipientId);
    if (concerns && CHECKS.has(code)) throw envelopesError("check-not-possible", code);
    if (isReordered && ORDERS.has(code)) throw envelopesError("order-not-possible", code);
    if (concerns && code === "name-not-drawable") throw envelopesError("person-name-not-drawable", code);
  }
}
