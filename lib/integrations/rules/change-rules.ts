import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { loadPublishedTemplate } from "#lib/envelopes/templates/published-template.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { type MemberId, type TemplateId, uuidV7 } from "#lib/ids.ts";
import { shownSecret } from "../core/webhook.ts";
import { RULE_LIMITS, requireSense, WorkspaceRule } from "../core/workspace-rule.ts";
import { integrationsError } from "../errors.ts";
import {
  changeRule,
  findPerson,
  isFolder,
  listRuleRows,
  lockRule,
  type RuleRow,
  saveRuleRow,
} from "./store.ts";

const Input = z.object({ ruleId: z.uuid().nullable().default(null), rule: WorkspaceRule });

export interface SavedRule {
  readonly id: string;
  /** What its webhook is signed with; told this once. */
  readonly secret: string | null;
}

/**
 * Makes a rule, or changes one. A webhook gets a secret with every new address.
 *
 * @throws integrations/rule-not-found, rules-too-many, rule-nobody-to-remind, rule-nothing-to-send,
 *   rule-sends-everything, rule-without-envelope,
 *   rule-folder-unknown, rule-member-unknown, rule-people-missing, webhook-address; envelopes/not-published …
 */
export async function saveRule(ctx: Context, input: z.input<typeof Input>): Promise<SavedRule> {
  const member = requirePermission(ctx, "rule.manage");
  const { ruleId, rule } = Input.parse(input);
  requireSense(rule);
  const id = ruleId ?? uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  const secret = ctx.runtime.random(32);
  // The master key may be far away, so this is no part of a transaction.
  const sealed = rule.action.kind === "webhook" ? await ctx.runtime.sealIdentity(`rule:${id}`, secret) : null;
  return inTransaction(ctx, async (ctx) => {
    await requireTargets(ctx, rule);
    const before = ruleId ? await lockRule(ctx, ruleId) : null;
    if (ruleId && !before) throw integrationsError("rule-not-found", `rule ${ruleId}`);
    const keepsSecret =
      before !== null && addressOf(before) !== null && addressOf(before) === addressOf(rule);
    const at = ctx.now();
    const sealedSecret = keepsSecret ? before.sealedSecret : sealed;
    const row = { ...rule, sealedSecret, changedAt: at };
    if (before) await changeRule(ctx, id, row);
    else {
      if ((await listRuleRows(ctx)).length >= RULE_LIMITS.rules)
        throw integrationsError("rules-too-many", `${RULE_LIMITS.rules} rules`);
      const { organizationId } = ctx;
      const made = { id, organizationId, ownerId: member.memberId, isOn: true, createdAt: at };
      await saveRuleRow(ctx, { ...row, ...made });
    }
    const { name, event, action } = rule;
    await appendEvent(ctx, {
      type: before ? "rule.changed" : "rule.created",
      envelopeId: null,
      data: { rule: id, name, event, act: action.kind, conditions: rule.conditions.length },
    });
    return { id, secret: sealed && !keepsSecret ? shownSecret(secret) : null };
  });
}

const addressOf = ({ action }: Pick<RuleRow, "action">): string | null =>
  action.kind === "webhook" ? action.url : null;

async function requireTargets(ctx: Context, { action }: WorkspaceRule): Promise<void> {
  switch (action.kind) {
    case "file":
      if (!(await isFolder(ctx, action.folderId)))
        throw integrationsError("rule-folder-unknown", `folder ${action.folderId}`);
      return;
    case "mail":
      if (!(await findPerson(ctx, action.memberId as MemberId)))
        throw integrationsError("rule-member-unknown", `member ${action.memberId}`);
      return;
    case "webhook":
      return requireAddress(ctx, action.url);
    case "start-template": {
      const { content } = await loadPublishedTemplate(ctx, action.templateId as TemplateId);
      const given = new Map(action.people.map((person) => [person.roleId, person]));
      for (const { id, namedBy } of content.draft.recipients) {
        const person = given.get(id);
        if (!namedBy && (!person || person.name === "" || !isEmailAddress(person.email)))
          throw integrationsError("rule-people-missing", `role ${id}`);
      }
    }
  }
}

/** Over TLS, but for hosts the operator has named; where it leads is looked at with every call. */
function requireAddress(ctx: Context, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const named = ctx.runtime.config.privateHosts.includes(url?.host ?? "");
  const isFit = url && (url.protocol === "https:" || (named && url.protocol === "http:"));
  if (!isFit || url.username || url.password || url.hash)
    throw integrationsError("webhook-address", "no https address");
}

const SwitchInput = z.object({ ruleId: z.uuid(), isOn: z.boolean() });

/** Turns a rule off or on; what it had begun goes on. */
export async function switchRule(ctx: Context, input: z.input<typeof SwitchInput>): Promise<void> {
  requirePermission(ctx, "rule.manage");
  const { ruleId, isOn } = SwitchInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const rule = await lockRule(ctx, ruleId);
    if (!rule) throw integrationsError("rule-not-found", `rule ${ruleId}`);
    if (rule.isOn === isOn) return;
    await changeRule(ctx, ruleId, { isOn, changedAt: ctx.now() });
    const data = { rule: ruleId, name: rule.name };
    await appendEvent(ctx, { type: isOn ? "rule.turned-on" : "rule.turned-off", envelopeId: null, data });
  });
}

/** Takes a rule away, and its secret with it. */
export async function removeRule(ctx: Context, input: { readonly ruleId: string }): Promise<void> {
  requirePermission(ctx, "rule.manage");
  const ruleId = z.uuid().parse(input.ruleId);
  await inTransaction(ctx, async (ctx) => {
    const rule = await lockRule(ctx, ruleId);
    if (!rule) throw integrationsError("rule-not-found", `rule ${ruleId}`);
    await changeRule(ctx, ruleId, { isOn: false, removedAt: ctx.now(), sealedSecret: null });
    const data = { rule: ruleId, name: rule.name };
    await appendEvent(ctx, { type: "rule.removed", envelopeId: null, data });
  });
}
