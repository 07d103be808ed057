import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { factorsOf } from "#lib/envelopes/core/checks.ts";
import { namedMethods } from "#lib/signing/authentication.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import type { ReportRow } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import {
  loadAgreements,
  loadArchiving,
  loadClassesNaming,
  loadHealthEnvelopes,
  loadPart11,
} from "./records-store.ts";
import {
  type Collect,
  countOf,
  dayOf,
  envelopeAddress,
  eventRow,
  eventsOf,
  minuteOf,
  startOf,
} from "./report-events.ts";

const DAY_MS = 86_400_000;
const ARCHIVED_WITHIN_DAYS = 30;

async function lateArchive(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const now = ctx.now();
  const late = new Date(now.getTime() - ARCHIVED_WITHIN_DAYS * DAY_MS);
  const all = await inTransaction(ctx, (ctx) => loadArchiving(ctx, startOf(period), endOf(period), late));
  const told = all.map(({ id, shortId, title, endedAt, archivedAt, refusal }) => {
    const [ended, archived] = [new Date(endedAt), archivedAt === null ? null : new Date(archivedAt)];
    const days = Math.floor(((archived ?? now).getTime() - ended.getTime()) / DAY_MS);
    const state = archived
      ? days > ARCHIVED_WITHIN_DAYS
        ? "late"
        : "inTime"
      : refusal
        ? "refused"
        : "waits";
    const cells = [
      ...[shortId, title, dayOf(ended), archived ? dayOf(archived) : words("archive.notYet")],
      ...[String(days), words(`archive.${state}`)],
    ];
    return { state, row: { cells, address: envelopeAddress(id) } };
  });
  const having = (...states: string[]) => told.filter(({ state }) => states.includes(state));
  return {
    numbers: [
      { key: "overdue", value: having("waits", "refused").length },
      { key: "archivedLate", value: having("late").length },
      { key: "archivedInTime", value: having("inTime").length },
    ],
    rows: [...having("waits", "refused"), ...having("late"), ...having("inTime")].map(({ row }) => row),
  };
}

const KEEPING = EVENT_TYPES.filter((type) =>
  /^(retention-class|legal-hold|purge|destruction|quality|archive|archive-place|archive-timestamp|record-stamp)\.|^envelope\.(purged|archived|held|freed)$|^people\.forgotten$/.test(
    type,
  ),
);

async function retentionActions(ctx: WorkerContext, period: Period) {
  const events = await eventsOf(ctx, period, KEEPING);
  return {
    numbers: [
      { key: "queued", value: countOf(events, "purge.queued") },
      { key: "takenOut", value: countOf(events, "purge.removed", "purge.stopped") },
      { key: "letThrough", value: countOf(events, "purge.approved") },
      { key: "destroyed", value: countOf(events, "envelope.purged") },
      { key: "certified", value: countOf(events, "destruction.certified") },
      { key: "archivedNow", value: countOf(events, "envelope.archived") },
      { key: "checkedAgain", value: countOf(events, "quality.checked", "archive.checked") },
      { key: "renewed", value: countOf(events, "archive-timestamp.renewed", "record-stamp.renewed") },
    ],
    rows: events.map(eventRow),
  };
}

/** Whole words, in any case (POSIX). */
const HEALTH_WORDS = "\\m(baa|phi|hipaa|business associate|protected health)\\M";

async function health(ctx: WorkerContext) {
  const words = reportWords();
  const { agreements, classes, counts, envelopes } = await inTransaction(ctx, async (ctx) => {
    const classes = await loadClassesNaming(ctx, HEALTH_WORDS);
    const ids = classes.map(({ id }) => id);
    return { classes, agreements: await loadAgreements(ctx), ...(await loadHealthEnvelopes(ctx, ids)) };
  });
  const today = dayOf(ctx.now());
  const stateOf = ({ isEnded, signedOn, endsOn }: (typeof agreements)[number]) => {
    if (isEnded) return "off";
    if (endsOn !== null && endsOn < today) return "over";
    return signedOn > today ? "later" : "counts";
  };
  return {
    numbers: [
      {
        key: "healthAgreements",
        value: agreements.filter((agreement) => stateOf(agreement) === "counts").length,
      },
      { key: "healthClasses", value: classes.length },
      { key: "healthRecords", value: counts.records },
      { key: "healthMarked", value: counts.marked },
      { key: "healthHeld", value: counts.held },
    ],
    rows: [
      ...agreements.map((agreement): ReportRow => {
        const { coveredEntity, businessAssociate, signedOn, endsOn, fileName, sha256 } = agreement;
        const state = words(`agreement.${stateOf(agreement)}`);
        return {
          cells: [
            words("agreement.between", { coveredEntity, businessAssociate }),
            words("agreement.term", {
              from: signedOn,
              until: endsOn ?? "",
              ends: endsOn ? "yes" : "no",
              state,
            }),
            words("agreement.file", { name: fileName, sha256 }),
            "",
          ],
          address: "/organization/agreements",
        };
      }),
      ...classes.map(
        ({ name, basis, years, chosen }): ReportRow => ({
          cells: [words("retention.class", { name }), words("healthTerm", { years }), basis, String(chosen)],
          address: "/retention",
        }),
      ),
      ...envelopes.map(({ id, shortId, title, className, isMarked, state, endedAt }): ReportRow => {
        const reasons = [
          ...(className === null ? [] : [className]),
          ...(isMarked ? [words("healthMark")] : []),
        ];
        return {
          cells: [
            `${shortId} ${title}`.trim(),
            reasons.join("; "),
            endedAt === null
              ? words(`envelopeStates.${state}`)
              : `${words(`envelopeStates.${state}`)} ${dayOf(new Date(endedAt))}`,
            "",
          ],
          address: envelopeAddress(id),
        };
      }),
    ],
  };
}

/** The rules of 21 CFR Part 11 that the product has records for, in their order; the words are in `report.json`. */
const PART_11 = [
  ...["a", "c", "d", "e", "f", "g", "k"].map((letter) => `11-10-${letter}`),
  ...["11-50", "11-70", "11-100", "11-200", "11-300"],
] as const;
const ADDRESSES: Readonly<Record<string, string>> = {
  "11-10-c": "/retention/checks",
  "11-10-d": "/members",
  "11-10-e": "/log",
  "11-10-g": "/reports/review",
  "11-70": "/retention/checks",
};

async function part11(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const facts = await inTransaction(ctx, (ctx) => loadPart11(ctx, startOf(period), endOf(period)));
  const acts = await eventsOf(ctx, period, ["recipient.signed"]);
  const access = await eventsOf(ctx, period, [
    ...["session.refused", "account.locked", "check.failed", "check.locked"],
    ...["member.added", "member.changed", "member.removed"],
  ]);
  const single = acts.filter(({ data }) => factorsOf(namedMethods(data), data.email) < 2).length;
  const values = {
    ...{ completed: facts.completed, checked: facts.checked, failed: facts.failed, members: facts.members },
    ...{ findings: facts.brokenLog ?? 0, logState: facts.brokenLog === null ? "unchecked" : "checked" },
    meant: acts.filter(({ data }) => typeof data.meaning === "string").length,
    ...{ signatures: acts.length, single, two: acts.length - single },
    ...{ refused: countOf(access, "session.refused", "check.failed") },
    ...{ locked: countOf(access, "account.locked", "check.locked") },
    ...{ changes: countOf(access, "member.added", "member.changed", "member.removed") },
    reviewed: facts.lastReview === null ? words("never") : minuteOf(new Date(facts.lastReview)),
  };
  return {
    numbers: [
      { key: "signed", value: acts.length },
      { key: "oneComponent", value: single },
      { key: "checkFailures", value: facts.failed },
    ],
    rows: PART_11.map(
      (rule): ReportRow => ({
        cells: [
          words(`part11.${rule}.rule`),
          words(`part11.${rule}.asks`),
          words(`part11.${rule}.found`, values),
          words(`part11.met.${part11State(rule, { ...values, isReviewed: facts.lastReview !== null })}`),
        ],
        address: ADDRESSES[rule] ?? null,
      }),
    ),
  };
}

interface Part11State {
  readonly failed: number;
  readonly checked: number;
  readonly findings: number;
  readonly logState: string;
  readonly single: number;
  readonly signatures: number;
  readonly meant: number;
  readonly isReviewed: boolean;
}

/** What the records show of a rule; never more. */
function part11State(
  rule: string,
  { failed, checked, findings, logState, single, signatures, meant, isReviewed }: Part11State,
): "shown" | "notShown" | "procedure" {
  switch (rule) {
    case "11-10-a":
    case "11-10-k":
    case "11-100":
      return "procedure";
    case "11-10-c":
    case "11-70":
      // Nothing looked at shows nothing.
      return failed > 0 || checked === 0 ? "notShown" : "shown";
    case "11-10-g":
      return isReviewed ? "shown" : "notShown";
    case "11-10-e":
      return findings > 0 || logState === "unchecked" ? "notShown" : "shown";
    // No signature shows nothing, and one without a stated meaning, or with one component, does not show it.
    case "11-50":
      return signatures > 0 && meant === signatures ? "shown" : "notShown";
    case "11-200":
      return signatures > 0 && single === 0 ? "shown" : "notShown";
    default:
      return "shown";
  }
}

export const KEEPING_REPORTS = {
  ...{ "late-archive": lateArchive, "retention-actions": retentionActions, health, "part-11": part11 },
} satisfies Record<string, Collect>;
