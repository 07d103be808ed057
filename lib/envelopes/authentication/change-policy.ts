import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { RULE_TOPICS, type RuleCondition } from "../core/authentication-rules.ts";
import {
  CHECK_METHODS,
  type CheckMethod,
  isPossible,
  MINIMUMS,
  type Minimum,
  type SetUp,
  satisfies,
} from "../core/checks.ts";
import { OPERATORS } from "../core/field-answers.ts";
import { envelopesError } from "../errors.ts";
import { policyOf } from "./policy.ts";
import { findPolicy, loadClassNames, loadRules, removeRule, savePolicy, saveRule } from "./policy-store.ts";

export interface AuthenticationSettings {
  /** What new people start with; null follows what is recommended. */
  readonly defaultCheck: CheckMethod | null;
  /** What that comes to now. */
  readonly startsWith: CheckMethod;
  readonly minimum: Minimum | null;
  readonly asksTwoFactors: boolean;
  readonly sendsSms: boolean;
  readonly hasSso: boolean;
  readonly hasIdentityCheck: boolean;
  readonly takesPasskeys: boolean;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly minimum: Minimum;
    readonly conditions: readonly RuleCondition[];
  }[];
  readonly classes: readonly { readonly id: string; readonly name: string }[];
}

/** How an organization lets people show who they are. */
export async function getAuthenticationSettings(ctx: Context): Promise<AuthenticationSettings> {
  requirePermission(ctx, "authentication.manage");
  return inTransaction(ctx, async (ctx) => {
    const row = await findPolicy(ctx);
    const { defaultCheck: startsWith, sendsSms, ...policy } = await policyOf(ctx, null);
    const { hasSso, hasIdentityCheck, takesPasskeys } = policy;
    return {
      ...{ startsWith, sendsSms, hasSso, hasIdentityCheck, takesPasskeys },
      defaultCheck: row?.defaultCheck ?? null,
      minimum: row?.minimum ?? null,
      asksTwoFactors: row?.asksTwoFactors ?? false,
      rules: (await loadRules(ctx)).map(({ id, name, minimum, conditions }) => ({
        ...{ id, name, minimum, conditions },
      })),
      classes: await loadClassNames(ctx),
    };
  });
}

const Settings = z.object({
  /** An access code is made up for one person, so it is nobody's default. */
  defaultCheck: z.enum(CHECK_METHODS).exclude(["access-code"]).nullable(),
  minimum: z.enum(MINIMUMS).nullable(),
  asksTwoFactors: z.boolean(),
});

/**
 * Settles what new people start with, and what nobody is asked less than. Drafts and what is under way follow it at
 * once: it is looked at when something is sent and when somebody finishes.
 *
 * @throws envelopes/minimum-not-usable for sign-on without a provider, or passkeys where browsers have none
 */
export async function setAuthenticationPolicy(ctx: Context, input: z.input<typeof Settings>): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const { defaultCheck: chosen, minimum, asksTwoFactors } = Settings.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const before = await findPolicy(ctx, true);
    const policy = await policyOf(ctx, null);
    for (const check of [chosen, minimum]) requireUsable(check, policy);
    // Whoever starts a draft should not have to be corrected.
    const isLess = minimum !== null && chosen !== null && !satisfies(chosen, minimum);
    const defaultCheck = isLess ? minimum : chosen;
    const after = { defaultCheck, minimum, asksTwoFactors };
    await savePolicy(ctx, { ...after, changedAt: ctx.now() });
    const { defaultCheck: from = null, minimum: least = null, asksTwoFactors: two = false } = before ?? {};
    const data = { from: { defaultCheck: from, minimum: least, asksTwoFactors: two }, to: after };
    await appendEvent(ctx, { type: "authentication-policy.changed", envelopeId: null, data });
  });
}

function requireUsable(check: CheckMethod | null, setUp: SetUp): void {
  if (check !== null && !isPossible(check, setUp)) throw envelopesError("minimum-not-usable", check);
}

const Rule = z.object({
  name: typedLine(80),
  minimum: z.enum(MINIMUMS),
  conditions: z
    .array(
      z.object({
        about: z.enum(RULE_TOPICS),
        label: typedLine(120),
        operator: z.enum(OPERATORS),
        value: typedLine(200),
      }),
    )
    .max(10),
});

/** Adds a rule that asks for more where all its conditions hold. @throws envelopes/rule-unreadable, minimum-not-usable */
export async function addAuthenticationRule(ctx: Context, input: z.input<typeof Rule>): Promise<string> {
  requirePermission(ctx, "authentication.manage");
  const { name, minimum, conditions } = Rule.parse(input);
  if (name === "" || conditions.length === 0 || !conditions.every(isWhole))
    throw envelopesError("rule-unreadable", "a name, a condition or its value is missing");
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    requireUsable(minimum, await policyOf(ctx, null));
    const { organizationId } = ctx;
    await saveRule(ctx, { organizationId, id, name, minimum, conditions, createdAt: ctx.now() });
    const data = { rule: id, name, minimum, conditions: conditions.map((one) => ({ ...one })) };
    await appendEvent(ctx, { type: "authentication-rule.added", envelopeId: null, data });
  });
  return id;
}

function isWhole({ about, label, operator, value }: RuleCondition): boolean {
  const isOrNot = operator === "is" || operator === "is-not";
  switch (about) {
    case "amount":
      return label !== "" && operator === "at-least" && /^\d+(\.\d+)?$/.test(value);
    case "class":
      return isOrNot && z.uuid().safeParse(value).success;
    case "domain":
      return isOrNot && /^\.?[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*$/u.test(value);
    case "country":
      return isOrNot && /^\+\d{1,4}$/.test(value);
    case "field":
      return label !== "" && (operator === "filled" || operator === "empty" || value !== "");
  }
}

/** Takes a rule out of force; what it asked of people stays asked for. @throws envelopes/rule-not-found */
export async function removeAuthenticationRule(
  ctx: Context,
  input: { readonly ruleId: string },
): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const ruleId = z.uuid().parse(input.ruleId);
  await inTransaction(ctx, async (ctx) => {
    const name = (await loadRules(ctx)).find(({ id }) => id === ruleId)?.name;
    if (name === undefined || !(await removeRule(ctx, ruleId)))
      throw envelopesError("rule-not-found", `rule ${ruleId}`);
    await appendEvent(ctx, {
      type: "authentication-rule.removed",
      envelopeId: null,
      data: { rule: ruleId, name },
    });
  });
}
