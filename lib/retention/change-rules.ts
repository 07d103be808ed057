import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { loadClass } from "./class-store.ts";
import { RULE_KINDS, ruleValue } from "./core/rules.ts";
import { retentionError } from "./errors.ts";
import { deleteRule, saveRule } from "./rules-store.ts";

const Input = z.object({ classId: z.uuid(), kind: z.enum(RULE_KINDS), value: z.string().max(400) });

/**
 * Lets a class decide about all envelopes of a template, a tag, a person or company, or a jurisdiction where nobody chose
 * a class: those that are there and those that come.
 *
 * @throws retention/not-found, class-retired, rule-wrong
 */
export async function addRule(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "retention.manage");
  const { classId, kind, ...typed } = Input.parse(input);
  const value = ruleValue(kind, typed.value);
  if (value === null) throw retentionError("rule-wrong", `no ${kind}`);
  await inTransaction(ctx, async (ctx) => {
    const { retiredAt } = await loadClass(ctx, classId, true);
    if (retiredAt) throw retentionError("class-retired", `class ${classId}`);
    const addedAt = ctx.now();
    const id = uuidV7(addedAt.getTime(), ctx.runtime.random(10));
    const row = { organizationId: ctx.organizationId, id, classId, kind, value };
    if (!(await saveRule(ctx, { ...row, addedBy: member.memberId, addedAt }))) return;
    const data = { rule: id, class: classId, kind, value: kind === "person" ? personal(value) : value };
    await appendEvent(ctx, { type: "retention-rule.added", envelopeId: null, data });
  });
}

/** Takes a rule back: what no other rule finds is left to the schedule. @throws retention/not-found */
export async function removeRule(ctx: Context, input: { readonly ruleId: string }): Promise<void> {
  requirePermission(ctx, "retention.manage");
  const id = z.uuid().parse(input.ruleId);
  await inTransaction(ctx, async (ctx) => {
    const row = await deleteRule(ctx, id);
    if (!row) throw retentionError("not-found", `rule ${id}`);
    const data = { rule: id, class: row.classId, kind: row.kind };
    await appendEvent(ctx, { type: "retention-rule.removed", envelopeId: null, data });
  });
}
