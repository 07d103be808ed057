/** What a person shows beside having their link, before any document is shown. */
export const CHECK_METHODS = [
  "none",
  "email-code",
  "sms-code",
  "second-factor",
  "sms-and-second-factor",
  "authenticator",
  "passkey",
  "access-code",
  "sso",
  "identity-document",
] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];

/** What one thing is shown for. */
type CheckStep = Exclude<CheckMethod, "none" | "sms-and-second-factor">;

/** What can have been shown: a second factor is one of two. */
type ShownCheck = Exclude<CheckStep, "second-factor">;

/** What can be asked for at least, by a policy or a rule. */
export const MINIMUMS = [
  ...(["email-code", "sms-code", "second-factor", "sms-and-second-factor", "passkey", "sso"] as const),
  "identity-document",
] as const;
export type Minimum = (typeof MINIMUMS)[number];

/** What does for each minimum. A code by mail shows the same mailbox as the link; an access code is known to its sender. */
const DOES: Readonly<Record<Minimum, readonly CheckMethod[]>> = {
  "email-code": [
    "email-code",
    "access-code",
    "sms-code",
    "authenticator",
    "second-factor",
    "sms-and-second-factor",
    "passkey",
    "sso",
    "identity-document",
  ],
  "sms-code": [
    "sms-code",
    "authenticator",
    "second-factor",
    "sms-and-second-factor",
    "passkey",
    "sso",
    "identity-document",
  ],
  "second-factor": [
    "second-factor",
    "sms-and-second-factor",
    "authenticator",
    "passkey",
    "sso",
    "identity-document",
  ],
  // Both are asked for, so nothing alone does for it.
  "sms-and-second-factor": ["sms-and-second-factor"],
  passkey: ["passkey"],
  sso: ["sso"],
  "identity-document": ["identity-document"],
};

export const isMinimum = (check: string): check is Minimum => (MINIMUMS as readonly string[]).includes(check);

/** Whether asking for this is asking for no less than that. */
export const satisfies = (check: CheckMethod, minimum: Minimum): boolean => DOES[minimum].includes(check);

/**
 * What has to be shown so that what was chosen and every minimum is shown: nothing twice, and nothing that another of
 * them shows already.
 */
export function requiredChecks(
  chosen: readonly CheckMethod[],
  minimums: readonly Minimum[] = [],
): readonly CheckMethod[] {
  const all = [...new Set([...chosen, ...minimums])].filter((check) => check !== "none");
  return all.filter(
    (check) => !isMinimum(check) || !all.some((other) => other !== check && satisfies(other, check)),
  );
}

/** What rules ask of somebody beside what was chosen for them. */
export interface FurtherCheck {
  readonly check: CheckMethod;
  /** The names of the rules; empty for the organization's own limit. */
  readonly rules: readonly string[];
  readonly at: "send" | "finish";
}

/** What is to be shown, one after the other: a code by SMS comes before the app or passkey that is set up after it. */
export function stepsOf(required: readonly CheckMethod[]): readonly CheckStep[] {
  const all = required.flatMap((check): readonly CheckStep[] => {
    if (check === "none") return [];
    return check === "sms-and-second-factor" ? ["sms-code", "second-factor"] : [check];
  });
  const isNamed = all.includes("authenticator") || all.includes("passkey");
  return [...new Set(all)].filter((step) => step !== "second-factor" || !isNamed);
}

/** Whether a code goes to a telephone, so that its number is needed. */
export const takesPhone = (required: readonly CheckMethod[]): boolean =>
  stepsOf(required).includes("sms-code");

/** Whether what was shown is what was asked for. */
export const isShown = (check: CheckMethod, shown: ReadonlySet<ShownCheck>): boolean =>
  stepsOf([check]).every((step) =>
    step === "second-factor" ? shown.has("authenticator") || shown.has("passkey") : shown.has(step),
  );

/** What is still to be shown, in order. */
export const outstanding = (
  required: readonly CheckMethod[],
  shown: ReadonlySet<ShownCheck>,
): readonly CheckStep[] => stepsOf(required).filter((step) => !isShown(step, shown));

/** What counts beside the mailbox or telephone the link went to. An access code does not: two people know it. */
const FACTORS = new Set<string>(["sms-code", "authenticator", "passkey", "sso", "identity-document"]);

/**
 * How many factors a signature was made with.
 *
 * @param methods as the event that authorizes it names them.
 * @param email of who signed, as that event has it. Empty where the link went to their number: then a code to the same
 *   number shows the same telephone once more.
 */
export function factorsOf(methods: readonly string[], email?: unknown): number {
  const reached = ["link", "email-code", "in-person"].some((method) => methods.includes(method)) ? 1 : 0;
  const counts = (method: string) => FACTORS.has(method) && !(email === "" && method === "sms-code");
  const isReachedByText = email === "" && methods.includes("sms-code");
  return Math.max(reached, isReachedByText ? 1 : 0) + new Set(methods.filter(counts)).size;
}

/** What is shown somewhere else: the person is sent there and comes back. */
export const ELSEWHERE = ["sso", "identity-document"] as const;
export type Elsewhere = (typeof ELSEWHERE)[number];

export const isElsewhere = (check: string | undefined): check is Elsewhere =>
  (ELSEWHERE as readonly (string | undefined)[]).includes(check);

/** What an organization has set up, as far as a check needs it. */
export interface SetUp {
  readonly hasSso: boolean;
  readonly hasIdentityCheck: boolean;
  readonly takesPasskeys: boolean;
}

/** Whether a check can be asked for with what is set up. */
export function isPossible(check: CheckMethod, { hasSso, hasIdentityCheck, takesPasskeys }: SetUp): boolean {
  if (check === "sso") return hasSso;
  if (check === "identity-document") return hasIdentityCheck;
  return check !== "passkey" || takesPasskeys;
}
