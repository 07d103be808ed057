import { hasPermission, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { countChosen, loadClasses } from "./class-store.ts";
import type { RuleKind } from "./core/rules.ts";
import { type RetentionClass, type Span, standardClass, TRIGGERS, type Trigger } from "./core/schedule.ts";
import { loadHolds, loadTemplateNames } from "./hold-store.ts";
import { countQueue } from "./queue-store.ts";
import { loadRules } from "./rules-store.ts";
import { loadNames } from "./store.ts";

export interface ClassView extends RetentionClass {
  readonly id: string;
  /** For how many days more a certificate has to be valid to sign or seal one of these. */
  readonly leastCertificateDays: number;
  readonly isDefault: boolean;
  /** What it decides about where nobody chose; of a template, its name. */
  readonly rules: readonly { readonly id: string; readonly kind: RuleKind; readonly name: string }[];
  /** How many envelopes it was chosen for. */
  readonly chosenFor: number;
  /** A shorter time that waits for counsel. */
  readonly asked: (Span & { readonly by: string; readonly isMe: boolean }) | null;
}

export interface ScheduleView {
  readonly classes: readonly ClassView[];
  /** What decides where nobody chose, for each end. */
  readonly defaults: Readonly<Record<Trigger, RetentionClass>>;
  /** What a rule can name. */
  readonly templates: readonly { readonly id: string; readonly name: string }[];
  readonly may: { readonly manage: boolean; readonly shorten: boolean; readonly approve: boolean };
}

/** The organization's schedule of retention. */
export async function getSchedule(ctx: Context): Promise<ScheduleView> {
  const member = requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const chosen = await countChosen(ctx);
    const names = await loadNames(ctx);
    const rules = await loadRules(ctx);
    const templates = await loadTemplateNames(ctx);
    const nameOf = (value: string) => templates.find(({ id }) => id === value)?.name ?? value;
    const classes = (await loadClasses(ctx)).map((row): ClassView => {
      const { id, name, trigger, years, countsFrom, action, basis, isDefault } = row;
      const { leastCertificateDays, askedYears, askedBy } = row;
      const asked =
        askedYears === null || !askedBy
          ? null
          : {
              ...{ years: askedYears, countsFrom: row.askedCountsFrom ?? countsFrom },
              action: row.askedAction ?? action,
              ...{ by: names.get(askedBy) ?? "", isMe: askedBy === member.memberId },
            };
      return {
        ...{ id, name, trigger, years, countsFrom, action, basis, leastCertificateDays, isDefault, asked },
        chosenFor: chosen.get(id) ?? 0,
        rules: rules
          .filter(({ classId }) => classId === id)
          .map(({ id, kind, value }) => ({ id, kind, name: kind === "template" ? nameOf(value) : value })),
      };
    });
    const defaultFor = (trigger: Trigger): RetentionClass =>
      classes.find((one) => one.isDefault && one.trigger === trigger) ?? standardClass(trigger);
    return {
      classes,
      templates,
      defaults: Object.fromEntries(TRIGGERS.map((one) => [one, defaultFor(one)])) as ScheduleView["defaults"],
      may: {
        manage: hasPermission(member, "retention.manage"),
        shorten: hasPermission(member, "retention.shorten"),
        approve: hasPermission(member, "retention.approve-shorter"),
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
