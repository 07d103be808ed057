import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import {
  changeClassRow,
  clearDefault,
  isInTemplates,
  loadClass,
  NOTHING_ASKED,
  saveClass,
} from "./class-store.ts";
import {
  ACTIONS,
  type Action,
  COUNTS_FROM,
  type CountsFrom,
  FLOOR,
  FLOOR_YEARS,
  isShorter,
  MOST_CERTIFICATE_DAYS,
  MOST_YEARS,
  needsCompletion,
  type Span,
  TRIGGERS,
  type Trigger,
} from "./core/schedule.ts";
import { retentionError } from "./errors.ts";
import { loadRules } from "./rules-store.ts";

const Content = z.object({
  name: typedLine(80),
  years: z.coerce.number().int().min(0).max(MOST_YEARS),
  countsFrom: z.enum(COUNTS_FROM).default("end"),
  action: z.enum(ACTIONS).default("destroy"),
  basis: typedText(500),
  leastCertificateDays: z.coerce.number().int().min(0).max(MOST_CERTIFICATE_DAYS).default(0),
  isDefault: z.boolean(),
});
const NewClass = Content.extend({ trigger: z.enum(TRIGGERS) });

/**
 * Adds a class to the organization's schedule. One that keeps for less than seven years begins with seven, and keeps for
 * less once counsel approves.
 *
 * @throws retention/class-text-missing, class-too-short, class-name-taken, class-without-contract, class-without-package
 */
export async function addClass(ctx: Context, input: z.input<typeof NewClass>): Promise<string> {
  const member = requirePermission(ctx, "retention.manage");
  const { trigger, ...content } = NewClass.parse(input);
  requireContent(member, content);
  requireContract(trigger, content.countsFrom);
  requirePackage(trigger, content.action);
  return inTransaction(ctx, async (ctx) => {
    const createdAt = ctx.now();
    const id = uuidV7(createdAt.getTime(), ctx.runtime.random(10));
    if (content.isDefault) await clearDefault(ctx, trigger, id);
    const { kept, asked } = split(
      content,
      { ...FLOOR, countsFrom: content.countsFrom, action: content.action },
      member.memberId,
    );
    const { organizationId } = ctx;
    await saveClass(ctx, { organizationId, id, trigger, ...content, ...kept, ...asked, createdAt });
    const data = { class: id, trigger, ...content, ...kept };
    await appendEvent(ctx, { type: "retention-class.added", envelopeId: null, data });
    await noteAsked(ctx, id, kept, asked);
    return id;
  });
}

const Change = Content.extend({ classId: z.uuid() });

/**
 * Changes a class, for everything it decides about; what starts its clock stays. A shorter time holds once counsel
 * approves.
 *
 * @throws retention/not-found, class-retired, class-text-missing, class-too-short, class-name-taken,
 *   class-without-contract, class-without-package
 */
export async function changeClass(ctx: Context, input: z.input<typeof Change>): Promise<void> {
  const member = requirePermission(ctx, "retention.manage");
  const { classId, ...content } = Change.parse(input);
  requireContent(member, content);
  await inTransaction(ctx, async (ctx) => {
    const before = await loadClass(ctx, classId, true);
    if (before.retiredAt) throw retentionError("class-retired", `class ${classId}`);
    requireContract(before.trigger, content.countsFrom);
    requirePackage(before.trigger, content.action);
    if (content.isDefault) await clearDefault(ctx, before.trigger, classId);
    const { kept, asked } = split(content, before, member.memberId);
    await changeClassRow(ctx, classId, { ...content, ...kept, ...asked });
    const { name, years, countsFrom, action, basis, leastCertificateDays, isDefault } = before;
    const from = { name, years, countsFrom, action, basis, leastCertificateDays, isDefault };
    const data = { class: classId, from, to: { ...content, ...kept } };
    await appendEvent(ctx, { type: "retention-class.changed", envelopeId: null, data });
    await noteAsked(ctx, classId, kept, asked);
  });
}

type Asked =
  | typeof NOTHING_ASKED
  | {
      readonly askedYears: number;
      readonly askedCountsFrom: CountsFrom;
      readonly askedAction: Action;
      readonly askedBy: MemberId;
    };

/** How long it keeps from now on, and what waits for counsel. */
function split(wanted: Span, before: Span, askedBy: MemberId): { kept: Span; asked: Asked } {
  const { years, countsFrom, action } = wanted;
  if (!isShorter(wanted, before)) return { kept: { years, countsFrom, action }, asked: NOTHING_ASKED };
  return {
    kept: { years: before.years, countsFrom: before.countsFrom, action: before.action },
    asked: { askedYears: years, askedCountsFrom: countsFrom, askedAction: action, askedBy },
  };
}

async function noteAsked(ctx: Context, classId: string, kept: Span, asked: Asked): Promise<void> {
  if (asked.askedYears === null) return;
  const to = { years: asked.askedYears, countsFrom: asked.askedCountsFrom, action: asked.askedAction };
  const data = { class: classId, from: { ...kept }, to };
  await appendEvent(ctx, { type: "retention-class.shorter-asked", envelopeId: null, data });
}

/**
 * Gives a class to no envelope any more; those that have it keep it.
 *
 * @throws retention/class-is-default, class-has-rules, class-in-templates
 */
export async function retireClass(ctx: Context, input: { readonly classId: string }): Promise<void> {
  requirePermission(ctx, "retention.manage");
  const classId = z.uuid().parse(input.classId);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadClass(ctx, classId, true);
    if (row.retiredAt) return;
    if (row.isDefault) throw retentionError("class-is-default", `class ${classId}`);
    if ((await loadRules(ctx)).some((rule) => rule.classId === classId))
      throw retentionError("class-has-rules", `class ${classId}`);
    if (await isInTemplates(ctx, classId)) throw retentionError("class-in-templates", `class ${classId}`);
    await changeClassRow(ctx, classId, { retiredAt: ctx.now() });
    await appendEvent(ctx, { type: "retention-class.retired", envelopeId: null, data: { class: classId } });
  });
}

/** Only what was signed has a contract that ends. @throws retention/class-without-contract */
function requireContract(trigger: Trigger, countsFrom: CountsFrom): void {
  if (countsFrom === "contract-end" && trigger !== "completion")
    throw retentionError("class-without-contract", `${trigger} and ${countsFrom}`);
}

/** @throws retention/class-without-package */
function requirePackage(trigger: Trigger, action: Action): void {
  if (trigger !== "completion" && needsCompletion(action))
    throw retentionError("class-without-package", `${trigger} and ${action}`);
}

function requireContent(
  member: MemberActor,
  { name, basis, years }: { readonly name: string; readonly basis: string; readonly years: number },
): void {
  if (name === "" || basis === "") throw retentionError("class-text-missing", "an empty line");
  if (years < FLOOR_YEARS && !hasPermission(member, "retention.shorten"))
    throw retentionError("class-too-short", `${years} years, asked by ${member.role}`);
}
