import type { Context, Shown, SignerCheck } from "#lib/context.ts";
import { type CheckMethod, isShown, outstanding, requiredChecks } from "#lib/envelopes/core/checks.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { personKey } from "../consent/record-act.ts";
import type { RecipientRow } from "../store.ts";
import { findAuthenticator, loadPasskeys } from "./store.ts";

/** What a person can be asked for next: a check, or either of the second factors. */
export type Step = SignerCheck | "second-factor";

export interface CurrentStep {
  readonly step: Step;
  /** What it is a part of: a code by mail comes before anything is set up. */
  readonly of: Step;
  /** An app of theirs is known. */
  readonly hasApp: boolean;
  /** Passkeys of theirs are known. */
  readonly hasPasskey: boolean;
  /** They have shown what has to come before an app or a passkey is set up. */
  readonly maySetUp: boolean;
}

/** Everything somebody is asked for, what rules ask for included. */
export const checksOf = ({
  check,
  furtherChecks,
}: Pick<RecipientRow, "check" | "furtherChecks">): readonly CheckMethod[] =>
  requiredChecks([check, ...furtherChecks.map((one) => one.check)]);

const shownSet = (shown: readonly Shown[]): ReadonlySet<SignerCheck> =>
  new Set(shown.map(({ method }) => method));

/** Whether somebody has shown all they are asked for. */
export const hasShownAll = (recipient: Parameters<typeof checksOf>[0], shown: readonly Shown[]): boolean =>
  checksOf(recipient).every((check) => isShown(check, shownSet(shown)));

/** What nobody but the person can show: the sender knows an access code, and has a hosted link. */
const OWN_PROOFS: readonly SignerCheck[] = [
  ...(["email-code", "sms-code", "sso", "identity-document", "authenticator", "passkey"] as const),
];

const hasOwnProof = (done: ReadonlySet<SignerCheck>): boolean =>
  OWN_PROOFS.some((method) => done.has(method));

/** The same, and behind a hosted link something that its maker could not have shown. */
export const hasShownEnough = (
  recipient: Parameters<typeof checksOf>[0],
  shown: readonly Shown[],
  isHosted: boolean,
): boolean => hasShownAll(recipient, shown) && (!isHosted || hasOwnProof(shownSet(shown)));

/** Those after which an app or a passkey may be set up: they show a mailbox, a telephone or an account. */
const FIRST_FACTORS: readonly SignerCheck[] = ["email-code", "sms-code", "sso", "identity-document"];

/** What somebody is to show next; null when they have shown everything. */
export async function currentStep(
  ctx: Context,
  recipient: RecipientRow,
  shown: readonly Shown[],
): Promise<CurrentStep | null> {
  const done = shownSet(shown);
  const isHosted = ctx.actor.kind === "link-holder" && ctx.actor.hosted !== undefined;
  const ownCode = recipient.email === "" ? "sms-code" : "email-code";
  const last = isHosted && !hasOwnProof(done) ? ownCode : undefined;
  const next = outstanding(checksOf(recipient), done)[0] ?? last;
  if (!next) return null;
  const maySetUp = FIRST_FACTORS.some((method) => done.has(method));
  const [takesApp, takesPasskey] = [next !== "passkey", next !== "authenticator"];
  if (next !== "authenticator" && next !== "second-factor" && next !== "passkey")
    return { step: next, of: next, hasApp: false, hasPasskey: false, maySetUp };
  const person = personKey(ctx.organizationId, reachedAt(recipient));
  const hasApp = takesApp && (await findAuthenticator(ctx, person))?.confirmedAt != null;
  const hasPasskey = takesPasskey && (await loadPasskeys(ctx, person)).length > 0;
  // Whoever was only forwarded the link must not set up what later shows who they are.
  const step = hasApp || hasPasskey || maySetUp ? next : ownCode;
  return { step, of: next, hasApp, hasPasskey, maySetUp };
}
