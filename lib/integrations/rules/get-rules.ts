import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { listFolders } from "#lib/envelopes/folders.ts";
import { envelopeFacts } from "#lib/envelopes/rule-acts.ts";
import { getTemplate, listTemplates } from "#lib/envelopes/templates/get-template.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import {
  holds,
  RULE_EVENT_NAMES,
  RULE_EVENTS,
  RULE_LIMITS,
  RuleCondition,
  type RuleEvent,
  type WorkspaceRule,
} from "../core/workspace-rule.ts";
import { listPeople, listRuleRows, listRunRows, pastEnvelopes, type RunRow } from "./store.ts";

export interface RuleView extends WorkspaceRule {
  readonly id: string;
  readonly isOn: boolean;
}

export interface RunView {
  readonly id: string;
  readonly ruleName: string;
  readonly envelopeId: EnvelopeId | null;
  readonly title: string | null;
  readonly state: RunRow["state"];
  readonly detail: string;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly at: Date;
  readonly madeEnvelopeId: EnvelopeId | null;
}

export interface RuleChoices {
  readonly templates: readonly {
    readonly id: string;
    readonly name: string;
    readonly roles: readonly { readonly id: string; readonly name: string }[];
  }[];
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

export interface RulesView {
  readonly rules: readonly RuleView[];
  readonly runs: readonly RunView[];
  readonly choices: RuleChoices;
}

const MOST_TEMPLATES = 100;

/** The organization's rules, what they did lately, and what a rule can be made of. */
export async function getRules(ctx: Context): Promise<RulesView> {
  requirePermission(ctx, "rule.manage");
  const folders = (await listFolders(ctx)).map(({ id, path }) => ({ id, name: path }));
  const templates = await templatesWithRoles(ctx);
  return inTransaction(ctx, async (ctx) => {
    const rows = await listRuleRows(ctx);
    const runs = await listRunRows(ctx, RULE_LIMITS.runsListed);
    return {
      rules: rows.map(({ id, name, event, conditions, action, isOn }) => ({
        ...{ id, name, event, conditions: [...conditions], action, isOn },
      })),
      runs: runs.map(({ run, ruleName, title }) => ({
        ...{ id: run.id, ruleName, title, envelopeId: run.envelopeId, state: run.state, detail: run.detail },
        ...{ attempts: run.attempts, nextAt: run.state === "waiting" ? run.nextAt : null, at: run.createdAt },
        madeEnvelopeId: run.state === "done" ? run.madeEnvelopeId : null,
      })),
      choices: { templates, folders, people: await listPeople(ctx) },
    };
  });
}

async function templatesWithRoles(ctx: Context): Promise<RuleChoices["templates"]> {
  const { items } = await listTemplates(ctx, {});
  const published = items.filter(({ currentVersion }) => currentVersion !== null).slice(0, MOST_TEMPLATES);
  return Promise.all(
    published.map(async ({ id, name }) => {
      const { roles } = await getTemplate(ctx, { templateId: id });
      return { id, name, roles: roles.map((role) => ({ id: role.id, name: role.name })) };
    }),
  );
}

const TryInput = z.object({
  event: z.enum(RULE_EVENT_NAMES),
  conditions: z.array(RuleCondition).max(RULE_LIMITS.conditions),
});

export interface RuleTrial {
  readonly looked: number;
  readonly matched: number;
  /** The newest of them. */
  readonly shown: readonly { readonly id: EnvelopeId; readonly title: string; readonly at: string }[];
}

const SHOWN = 10;

/** Which past envelopes a rule would have done something about; nothing is done. */
export async function tryRule(ctx: Context, input: z.input<typeof TryInput>): Promise<RuleTrial> {
  requirePermission(ctx, "rule.manage");
  const { event, conditions } = TryInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const past = await pastEnvelopes(ctx, RULE_EVENTS[event satisfies RuleEvent], RULE_LIMITS.tried);
    const matched: RuleTrial["shown"][number][] = [];
    for (const one of past)
      if (holds(conditions, await envelopeFacts(ctx, one.id)))
        matched.push({ id: one.id, title: one.title, at: new Date(one.at).toISOString() });
    return { looked: past.length, matched: matched.length, shown: matched.slice(0, SHOWN) };
  });
}
