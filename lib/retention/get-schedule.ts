import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { countChosen, loadClasses } from "./class-store.ts";
import { type RetentionClass, standardClass, TRIGGERS, type Trigger } from "./core/schedule.ts";
import { loadHolds } from "./hold-store.ts";
import { countQueue } from "./queue-store.ts";

export interface ClassView extends RetentionClass {
  readonly id: string;
  readonly isDefault: boolean;
  /** How many envelopes it was chosen for. */
  readonly chosenFor: number;
}

export interface ScheduleView {
  readonly classes: readonly ClassView[];
  /** What decides where nobody chose, for each end. */
  readonly defaults: Readonly<Record<Trigger, RetentionClass>>;
  readonly may: { readonly manage: boolean; readonly shorten: boolean };
}

/** The organization's schedule of retention. */
export async function getSchedule(ctx: Context): Promise<ScheduleView> {
  const member = requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const chosen = await countChosen(ctx);
    const classes = (await loadClasses(ctx)).map(
      ({ id, name, trigger, years, countsFrom, basis, isDefault }) => ({
        ...{ id, name, trigger, years, countsFrom, basis, isDefault },
        chosenFor: chosen.get(id) ?? 0,
      }),
    );
    const defaultFor = (trigger: Trigger): RetentionClass =>
      classes.find((one) => one.isDefault && one.trigger === trigger) ?? standardClass(trigger);
    return {
      classes,
      defaults: Object.fromEntries(TRIGGERS.map((one) => [one, defaultFor(one)])) as ScheduleView["defaults"],
      may: {
        manage: hasPermission(member, "retention.manage"),
        shorten: hasPermission(member, "retention.shorten"),
      },
    };
  });
}

export interface RetentionCounts {
  readonly holds: number;
  readonly waiting: number;
}

const MOST = 1000;

/** What asks for somebody's attention. */
export async function countRetention(ctx: Context): Promise<RetentionCounts> {
  requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const holds = (await loadHolds(ctx, MOST)).filter(({ hold }) => !hold.releasedAt).length;
    const counts = await countQueue(ctx);
    return { holds, waiting: (counts.get("due") ?? 0) + (counts.get("reviewed") ?? 0) };
  });
}
