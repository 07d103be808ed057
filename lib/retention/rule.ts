import type { Context } from "#lib/context.ts";
import { loadChosenClass, loadClasses } from "./class-store.ts";
import { classFor, dueDay, type RetentionClass, type Trigger, triggerOf } from "./core/schedule.ts";
import type { EnvelopeRow } from "./store.ts";

/** Which class decides about an envelope, and from when on nothing keeps it any more. */
export interface Rule {
  readonly class: RetentionClass;
  readonly endedAs: "completed" | "declined" | "voided" | "expired";
  readonly trigger: Trigger;
  readonly endedAt: Date;
  readonly dueOn: string;
}

/** The rule of an envelope; null while it has not ended. */
export async function ruleOf(ctx: Context, envelope: EnvelopeRow): Promise<Rule | null> {
  const trigger = triggerOf(envelope.state);
  if (!trigger || !envelope.endedAt) return null;
  const defaults = (await loadClasses(ctx)).filter(({ isDefault }) => isDefault);
  const decisive = classFor(trigger, await loadChosenClass(ctx, envelope.id), defaults);
  const { endedAt } = envelope;
  const endedAs = envelope.state as Rule["endedAs"];
  return { class: decisive, endedAs, trigger, endedAt, dueOn: dueDay(endedAt, decisive.years) };
}
