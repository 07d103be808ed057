import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { endingKeys } from "#lib/signing/keys/list-keys.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import {
  MOST_ROWS,
  type ReportContent,
  type ReportRow,
  type RunnableReport,
} from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { KEEPING_REPORTS } from "./collect-keeping.ts";
import { KEY_REPORTS } from "./collect-keys.ts";
import { SIGNING_REPORTS } from "./collect-signing.ts";
import { qualification } from "./qualification.ts";
import {
  auditAddress,
  type Collect,
  countOf,
  dayOf,
  eventsOf,
  minuteOf,
  startOf,
  textIn,
} from "./report-events.ts";
import { countHeld, loadAccess, loadClasses, loadHolds } from "./reports-store.ts";
import { validationReport } from "./validation-report.ts";

const COLLECT: Readonly<Record<RunnableReport, Collect>> = {
  access,
  "sign-ins": signIns,
  exports: exportsReport,
  keys,
  retention,
  validation: validationReport,
  ...SIGNING_REPORTS,
  ...KEEPING_REPORTS,
  ...KEY_REPORTS,
  qualification,
};

/** What a report of one kind shows about a period. The caller has asked who wants to know. */
export async function collectReport(
  ctx: WorkerContext,
  kind: RunnableReport,
  period: Period,
  reportId?: string,
): Promise<ReportContent> {
  const { numbers, rows } = await COLLECT[kind](ctx, period, reportId);
  return { kind, period, numbers, rows: rows.slice(0, MOST_ROWS), isCut: rows.length > MOST_ROWS };
}

async function access(ctx: WorkerContext) {
  const words = reportWords();
  const members = await inTransaction(ctx, loadAccess);
  const having = (...roles: string[]) => members.filter(({ role }) => roles.includes(role)).length;
  return {
    numbers: [
      { key: "members", value: members.length },
      { key: "owners", value: having("owner", "admin") },
      { key: "readers", value: having("owner", "admin", "counsel", "viewer") },
    ],
    rows: members.map(({ name, email, role, since, lastSeen }) => ({
      cells: [
        ...[name, email, words(`roles.${role}`), dayOf(since)],
        lastSeen === null ? words("never") : dayOf(new Date(lastSeen)),
      ],
      address: "/members",
    })),
  };
}

async function signIns(ctx: WorkerContext, period: Period) {
  const events = await eventsOf(ctx, period, ["session.refused", "account.locked"]);
  const addresses = new Set(events.flatMap(({ actor, data }) => textIn(actor.ip) || textIn(data.ip) || []));
  return {
    numbers: [
      { key: "refused", value: countOf(events, "session.refused") },
      { key: "locked", value: countOf(events, "account.locked") },
      { key: "addresses", value: addresses.size },
    ],
    rows: events.map((event) => ({
      cells: [
        ...[minuteOf(event.at), event.what, textIn(event.data.email)],
        textIn(event.actor.ip) || textIn(event.data.ip) || reportWords()("unknown"),
      ],
      address: auditAddress(event),
    })),
  };
}

const EXPORTS = [
  ...["evidence.downloaded", "audit.exported", "package.requested", "dispute.requested"],
  ...["key-export.taken", "root-key.exported"],
];

async function exportsReport(ctx: WorkerContext, period: Period) {
  const events = await eventsOf(ctx, period, EXPORTS);
  return {
    numbers: [
      { key: "downloads", value: countOf(events, "evidence.downloaded") },
      { key: "exports", value: countOf(events, "audit.exported") },
      { key: "asked", value: countOf(events, "package.requested", "dispute.requested") },
      { key: "keysTaken", value: countOf(events, "key-export.taken", "root-key.exported") },
      { key: "reasoned", value: events.filter(({ data }) => textIn(data.reason) !== "").length },
    ],
    rows: events.map((event) => ({
      cells: [
        ...[minuteOf(event.at), event.who.join(", "), event.what],
        ...[textIn(event.data.reason), textIn(event.actor.ip)],
      ],
      address: auditAddress(event),
    })),
  };
}

const WARNED_MS = 90 * 86_400_000;

async function keys(ctx: WorkerContext) {
  const words = reportWords();
  const all = await endingKeys(ctx);
  const now = ctx.now().getTime();
  const ending = all
    .filter(({ until }) => until.getTime() - now < WARNED_MS)
    .toSorted((a, b) => a.until.getTime() - b.until.getTime());
  return {
    numbers: [
      { key: "watched", value: all.length },
      { key: "ending", value: ending.length },
      { key: "ended", value: ending.filter(({ until }) => until.getTime() <= now).length },
    ],
    rows: ending.map(({ name, kind, algorithm, until, certificateId }): ReportRow => {
      const state = words(until.getTime() <= now ? "keyStates.ended" : "keyStates.soon");
      return {
        cells: [name, words(`uses.${kind}`), algorithm, dayOf(until), state],
        address: certificateId ? `/certificates/${publicId("certificate", certificateId)}` : "/keys",
      };
    }),
  };
}

async function retention(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const from = startOf(period);
  const { holds, held, classes } = await inTransaction(ctx, async (ctx) => ({
    holds: await loadHolds(ctx),
    held: await countHeld(ctx),
    classes: await loadClasses(ctx),
  }));
  const inForce = holds.filter(({ hold }) => hold.releasedAt === null);
  const released = holds.filter(
    ({ hold: { releasedAt } }) => releasedAt !== null && releasedAt >= from && releasedAt < endOf(period),
  );
  const row = ({ hold, held }: (typeof holds)[number]): ReportRow => ({
    cells: [
      words(hold.releasedAt ? "retention.released" : "retention.hold", { matter: hold.matter }),
      words(`retention.scopes.${hold.scope}`, { query: hold.query }),
      ...[hold.releaseReason ?? hold.reason, dayOf(hold.placedAt), String(held)],
    ],
    address: null,
  });
  return {
    numbers: [
      { key: "holds", value: inForce.length },
      { key: "released", value: released.length },
      { key: "held", value: held },
      { key: "classes", value: classes.length },
    ],
    rows: [
      ...[...inForce, ...released].map(row),
      ...classes.map(({ name, years, trigger, basis, createdAt }): ReportRow => {
        const scope = words("retention.years", { years, trigger: words(`retention.triggers.${trigger}`) });
        return {
          cells: [words("retention.class", { name }), scope, basis, dayOf(createdAt), ""],
          address: null,
        };
      }),
    ],
  };
}
