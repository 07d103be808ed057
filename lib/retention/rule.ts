import type { Context } from "#lib/context.ts";
import { loadChosenClass, loadClasses } from "./class-store.ts";
import { contractEndOf } from "./contract-end-store.ts";
import {
  classFor,
  clockStart,
  dueDay,
  type RetentionClass,
  type Trigger,
  triggerOf,
} from "./core/schedule.ts";
import type { EnvelopeRow } from "./store.ts";

/** Which class decides about an envelope, and from when on nothing keeps it any more. */
export interface Rule {
  readonly class: RetentionClass;
  readonly endedAs: "completed" | "declined" | "voided" | "expired";
  readonly trigger: Trigger;
  readonly endedAt: Date;
  readonly dueOn: string;
}

/**
 * From when on nothing could keep an envelope, as far as that is known: as if a contract whose end nobody has said had
 * ended with it. For what must be kept at least so long.
 */
export async function leastDueOn(ctx: Context, envelope: EnvelopeRow): Promise<string | null> {
  const rule = await ruleOf(ctx, envelope);
  if (rule) return rule.dueOn;
  const trigger = triggerOf(envelope.state);
  if (!trigger || !envelope.endedAt) return null;
  return dueDay(envelope.endedAt, (await decisiveClass(ctx, envelope, trigger)).years);
}

async function decisiveClass(ctx: Context, { id }: EnvelopeRow, trigger: Trigger): Promise<RetentionClass> {
  const defaults = (await loadClasses(ctx)).filter(({ isDefault }) => isDefault);
  return classFor(trigger, await loadChosenClass(ctx, id), defaults);
}

/** The rule of an envelope; null while nothing has started its clock. */
export async function ruleOf(ctx: Context, envelope: EnvelopeRow): Promise<Rule | null> {
  const trigger = triggerOf(envelope.state);
  if (!trigger || !envelope.endedAt) return null;
  const decisive = await decisiveClass(ctx, envelope, trigger);
  const { endedAt } = envelope;
  const contractEnd = decisive.countsFrom === "end" ? null : await contractEndOf(ctx, envelope.id);
  const start = clockStart(decisive, endedAt, contractEnd?.endsOn ?? null);
  if (!start) return null;
  const endedAs = envelope.state as Rule["endedAs"];
  return { class: decisive, endedAs, trigger, endedAt, dueOn: dueDay(start, decisive.years) };
}
