import { z } from "zod";
import type { CaptureCondition } from "#db/schema/capture.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { CAPTURE_OPERATORS, type CaptureRule } from "../core/capture/capture-rules.ts";
import { evidenceError } from "../errors.ts";
import { loadRules, removeRule, saveRule } from "./store.ts";

const Input = z.object({
  name: typedLine(80),
  combine: z.enum(["all", "any"]),
  conditions: z
    .array(
      z.object({
        about: z.enum(["title", "field"]),
        label: typedLine(200),
        operator: z.enum(CAPTURE_OPERATORS),
        value: typedLine(200),
      }),
    )
    .max(10),
});

export interface CaptureRuleView extends CaptureRule {
  readonly id: string;
}

/** When signers' certificates are captured; none means always. */
export async function listCaptureRules(ctx: Context): Promise<CaptureRuleView[]> {
  requirePermission(ctx, "certificate.read");
  const rows = await inTransaction(ctx, loadRules);
  return rows.map(({ id, name, combine, conditions }) => ({ id, name, combine, conditions }));
}

/** Adds a rule: from now on certificates are captured when one of the rules holds. @throws evidence/rule-unreadable */
export async function addCaptureRule(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  requirePermission(ctx, "organization.manage");
  const { name, combine, conditions } = Input.parse(input);
  if (name === "" || conditions.length === 0 || !conditions.every(isWhole))
    throw evidenceError("rule-unreadable", "a name, a condition or its value is missing");
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    await saveRule(ctx, { organizationId, id, name, combine, conditions, createdAt: ctx.now() });
    const data = { rule: id, name, combine, conditions: conditions.map((one) => ({ ...one })) };
    await appendEvent(ctx, { type: "capture-rule.added", envelopeId: null, data });
  });
  return id;
}

const isWhole = ({ about, label, operator, value }: CaptureCondition) =>
  (about === "title" || label !== "") && (operator === "filled" || operator === "empty" || value !== "");

/** Removes a rule; what it decided stays. @throws evidence/rule-not-found */
export async function removeCaptureRule(ctx: Context, input: { readonly ruleId: string }): Promise<void> {
  requirePermission(ctx, "organization.manage");
  const ruleId = z.uuid().parse(input.ruleId);
  await inTransaction(ctx, async (ctx) => {
    if (!(await removeRule(ctx, ruleId))) throw evidenceError("rule-not-found", `rule ${ruleId}`);
    await appendEvent(ctx, { type: "capture-rule.removed", envelopeId: null, data: { rule: ruleId } });
  });
}
