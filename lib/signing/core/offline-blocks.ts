import type { AuthenticationRule } from "#lib/envelopes/core/authentication-rules.ts";
import { type CheckMethod, satisfies } from "#lib/envelopes/core/checks.ts";
import type { FormField } from "#lib/envelopes/core/fields/form-field.ts";
import type { OfflineBlocks } from "./offline-acts.ts";

export interface BlockFacts {
  readonly fields: readonly Pick<FormField, "id" | "settings">[];
  /** A rule may ask for one more check when everything is entered. */
  readonly mayBeRaised: boolean;
  /** A witness or a notary, whose statement is dated: by a clock that everybody can rely on. */
  readonly attests: boolean;
  /** Their signature is made elsewhere, as they finish. */
  readonly signsElsewhere: boolean;
  readonly mode: "business" | "consumer";
  readonly hasConsented: boolean;
}

/** What this person cannot do without a network. */
export function offlineBlocks(facts: BlockFacts): OfflineBlocks {
  const { fields, mayBeRaised, attests, signsElsewhere, mode, hasConsented } = facts;
  return {
    isFinishBlocked: mayBeRaised || attests || signsElsewhere,
    isConsentBlocked: mode === "consumer" && !hasConsented,
    fieldIds: fields.filter(({ settings }) => settings.isSensitive === true).map(({ id }) => id),
  };
}

/** Whether a rule could ask this person for more than they show already, with whatever they answer. */
export const mayAskMore = (
  rules: readonly AuthenticationRule[],
  role: string,
  checks: readonly CheckMethod[],
): boolean =>
  rules.some(
    ({ roles, minimum }) =>
      (roles === null || roles.includes(role)) && !checks.some((check) => satisfies(check, minimum)),
  );

const DAY_MS = 86_400_000;
const LONGEST_KIT_MS = 7 * DAY_MS;

/** How long a kit lives: seven days, and never longer than the envelope is open. */
export function kitExpiry(issuedAt: Date, envelopeExpiresAt: Date | null): Date {
  const longest = issuedAt.getTime() + LONGEST_KIT_MS;
  return new Date(Math.min(longest, envelopeExpiresAt?.getTime() ?? longest));
}
