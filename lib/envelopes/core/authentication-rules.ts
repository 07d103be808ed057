import { type CheckMethod, type Minimum, requiredChecks } from "./checks.ts";
import { amountIn, answersHold, type Operator, plain, same } from "./field-answers.ts";

export const RULE_TOPICS = ["amount", "class", "domain", "country", "field"] as const;
export type RuleTopic = (typeof RULE_TOPICS)[number];

/** One thing that has to be so for a rule to hold. */
export interface RuleCondition {
  readonly about: RuleTopic;
  /** Of the field that is looked at, for an amount or an answer. */
  readonly label: string;
  readonly operator: Operator;
  /** An amount, an id of a class, `example.com` or `.de`, a calling code as `+49`, or what is answered. */
  readonly value: string;
}

/** Asks for more where all its conditions hold; always where it has none. */
export interface AuthenticationRule {
  /** Null for what the organization asks for everywhere. */
  readonly id: string | null;
  readonly name: string;
  readonly minimum: Minimum;
  readonly conditions: readonly RuleCondition[];
  /** Whom it is about; null for everybody who acts. */
  readonly roles: readonly string[] | null;
}

/** What an organization has settled about how people show who they are. */
export interface AuthenticationPolicy {
  /** What a new person in a draft starts with. */
  readonly defaultCheck: CheckMethod;
  readonly rules: readonly AuthenticationRule[];
  /** Text messages are really sent, and do not land in the Outbox. */
  readonly sendsSms: boolean;
  /** The organization's identity provider is set up. */
  readonly hasSso: boolean;
  /** A service that looks at identity documents, or an eID, is set up. */
  readonly hasIdentityCheck: boolean;
  /** The address people use is one that browsers have passkeys for. */
  readonly takesPasskeys: boolean;
  /** Of the envelope it is looked at for. */
  readonly classId: string | null;
}

export const NO_POLICY: AuthenticationPolicy = {
  ...{ defaultCheck: "none", rules: [], sendsSms: false, hasSso: false, hasIdentityCheck: false },
  ...{ takesPasskeys: false, classId: null },
};

/** What rules look at. */
export interface RuleFacts {
  readonly role: string;
  readonly classId: string | null;
  readonly email: string;
  readonly phone: string;
  /** What was entered so far, by whomever. */
  readonly answers: readonly { readonly label: string; readonly value: string }[];
}

/** The rules that apply to somebody. */
export const rulesFor = (
  rules: readonly AuthenticationRule[],
  facts: RuleFacts,
): readonly AuthenticationRule[] =>
  rules.filter(
    ({ conditions, roles }) =>
      facts.role !== "copy" &&
      (roles === null || roles.includes(facts.role)) &&
      conditions.every((condition) => holds(condition, facts)),
  );

function holds({ about, label, operator, value }: RuleCondition, facts: RuleFacts): boolean {
  const answers = facts.answers.filter((one) => same(one.label, label)).map((one) => one.value);
  const isSo = operator !== "is-not";
  switch (about) {
    case "class":
      return (facts.classId === value) === isSo;
    case "domain":
      return isInDomain(facts.email, value) === isSo;
    case "country":
      // Whose country nobody knows may be of any: leaving the number out gets nobody round a rule.
      return facts.phone === "" || facts.phone.startsWith(value) === isSo;
    case "field":
      return answersHold(answers, operator, value);
    case "amount":
      return answers.some((answer) => reaches(answer, Number(value)));
  }
}

/** `ana@mail.example.com` is in `example.com` and in `.com`. */
function isInDomain(email: string, domain: string): boolean {
  const host = plain(email.slice(email.lastIndexOf("@") + 1));
  const wanted = plain(domain);
  return wanted.startsWith(".") ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

/** By the larger reading. What holds digits and cannot be read reaches it: nobody gets round a rule by how they write. */
function reaches(answer: string, limit: number): boolean {
  const read = [amountIn(answer), amountIn(withPoint(answer))].filter((amount) => amount !== null);
  return read.length === 0 ? /\p{Nd}/u.test(answer) : read.some((amount) => amount >= limit);
}

/** `1.250,50` as `1250.50`. */
const withPoint = (answer: string): string =>
  /^[^,]*,\d{1,2}\D*$/u.test(answer.trim())
    ? answer.replaceAll(/[.'’\s]/gu, "").replace(",", ".")
    : answer.replaceAll(/[.'’\s](?=\d{3})/gu, "");

export interface Raised {
  /** What has to be shown now. */
  readonly required: readonly CheckMethod[];
  /** The rules for which it is more than was chosen. */
  readonly by: readonly AuthenticationRule[];
}

/** What somebody shows by what was chosen for them and by the rules that apply. */
export function raisedBy(
  chosen: readonly CheckMethod[],
  rules: readonly AuthenticationRule[],
  facts: RuleFacts,
): Raised {
  const apply = rulesFor(rules, facts);
  const before = requiredChecks(chosen);
  const required = requiredChecks(
    chosen,
    apply.map(({ minimum }) => minimum),
  );
  const by = apply.filter(({ minimum }) => !sameChecks(requiredChecks(before, [minimum]), before));
  return { required, by };
}

export const sameChecks = (a: readonly CheckMethod[], b: readonly CheckMethod[]): boolean =>
  a.length === b.length && a.every((check) => b.includes(check));
