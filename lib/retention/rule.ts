import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadChosenClass, loadClasses } from "./class-store.ts";
import { contractEndOf, lastActivityOf, ownerLeftOn } from "./contract-end-store.ts";
import type { Because } from "./core/rules.ts";
import {
  type CountsFrom,
  classFor,
  clockStart,
  dayOf,
  dueDay,
  type RetentionClass,
  type Trigger,
  triggerOf,
} from "./core/schedule.ts";
import { loadAgreedTerm, loadRuledClass } from "./rules-store.ts";
import type { EnvelopeRow } from "./store.ts";

/** Which class decides about an envelope, and from when on nothing keeps it any more. */
export interface Rule {
  readonly class: RetentionClass;
  readonly because: Because;
  readonly endedAs: "completed" | "declined" | "voided" | "expired";
  readonly trigger: Trigger;
  readonly endedAt: Date;
  /** The day its years began, in UTC. */
  readonly countedFrom: string;
  readonly dueOn: string;
}

/** The class that decides, and why it does. */
export interface Decided {
  readonly class: RetentionClass;
  readonly because: Because;
}

/** What an agreement about health data asks for beside the class. */
export type AgreedTerm = Awaited<ReturnType<typeof loadAgreedTerm>>;

/**
 * From when on nothing could keep an envelope, as far as that is known: as if a contract whose end nobody has said had
 * ended with it. For what must be kept at least so long.
 */
export async function leastDueOn(ctx: Context, envelope: EnvelopeRow): Promise<string | null> {
  const rule = await ruleOf(ctx, envelope);
  if (rule) return rule.dueOn;
  const trigger = triggerOf(envelope.state);
  if (!trigger || !envelope.endedAt) return null;
  const { years } = (await decideClass(ctx, envelope, trigger)).class;
  return later(dueDay(envelope.endedAt, years), await agreedDay(ctx, envelope.id, envelope.endedAt));
}

const later = (one: string, other: string | null) => (other !== null && other > one ? other : one);

async function agreedDay(ctx: Context, id: EnvelopeId, endedAt: Date): Promise<string | null> {
  const term = await loadAgreedTerm(ctx, id);
  return term && dueDay(endedAt, term.years);
}

/** The one chosen for an envelope, else what a rule gives it, else the organization's for that end, else the standard. */
export async function decideClass(ctx: Context, { id }: EnvelopeRow, trigger: Trigger): Promise<Decided> {
  const chosen = await loadChosenClass(ctx, id);
  if (chosen?.trigger === trigger) return { class: chosen, because: { how: "chosen" } };
  const found = await loadRuledClass(ctx, id, trigger);
  if (found) {
    const { rule, kind, value } = found;
    return { class: found.class, because: { how: "rule", rule, kind, value } };
  }
  const defaults = (await loadClasses(ctx)).filter(({ isDefault }) => isDefault);
  const decisive = classFor(trigger, null, defaults);
  return { class: decisive, because: { how: decisive.id === null ? "standard" : "default" } };
}

/** The day a class counts from, where that is not the envelope's own end; null while it has not come. */
async function begunOn(ctx: Context, { id, ownerId }: EnvelopeRow, from: CountsFrom): Promise<string | null> {
  if (from === "contract-end") return (await contractEndOf(ctx, id))?.endsOn ?? null;
  if (from === "last-activity") return lastActivityOf(ctx, id);
  return from === "owner-left" ? ownerLeftOn(ctx, ownerId) : null;
}

/** The rule of an envelope; null while nothing has started its clock, and where it is kept for good. */
export async function ruleOf(ctx: Context, envelope: EnvelopeRow): Promise<Rule | null> {
  const trigger = triggerOf(envelope.state);
  if (!trigger || !envelope.endedAt) return null;
  const { class: decisive, because } = await decideClass(ctx, envelope, trigger);
  const { endedAt } = envelope;
  if (decisive.action === "keep") return null;
  const start = clockStart(decisive, endedAt, await begunOn(ctx, envelope, decisive.countsFrom));
  if (!start) return null;
  const endedAs = envelope.state as Rule["endedAs"];
  const dueOn = later(dueDay(start, decisive.years), await agreedDay(ctx, envelope.id, endedAt));
  return { class: decisive, because, endedAs, trigger, endedAt, countedFrom: dayOf(start), dueOn };
}
