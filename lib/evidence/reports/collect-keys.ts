import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { typesIn } from "../core/explorer/event-groups.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import type { ReportRow } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { loadBackups, loadConnectors, loadOpenCustody, type OpenExport } from "./records-store.ts";
import {
  auditAddress,
  type Collect,
  countOf,
  dayOf,
  eventRow,
  eventsOf,
  minuteOf,
  startOf,
  textIn,
} from "./report-events.ts";

const DAY_MS = 86_400_000;
const APPROVALS = /\.(approved|granted|refused|signed-off|allowed)$/;

async function keyOperations(ctx: WorkerContext, period: Period) {
  // What signers' certificates captured or presented is about their documents, not about our keys.
  const types = typesIn("keys").filter(
    (type) => !/^certificate\.(captured|capture-skipped|presented)$/.test(type),
  );
  const events = await eventsOf(ctx, period, types);
  const ending = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type)).length;
  return {
    numbers: [
      { key: "operations", value: events.length },
      { key: "approvals", value: ending(APPROVALS) },
      { key: "keysTaken", value: countOf(events, "key-export.taken", "root-key.exported") },
      { key: "revoked", value: countOf(events, "certificate.revoked") },
      { key: "rotated", value: countOf(events, "seal.rotated", "authority.rotated") },
    ],
    rows: events.map(eventRow),
  };
}

/** What the next step of a key's custody is, and since when it is awaited. */
function openStep(one: OpenExport): readonly [step: string, since: string] {
  if (!one.approvedAt) return ["approval", one.requestedAt];
  if (!one.builtAt) return ["packing", one.approvedAt];
  if (!one.takenAt) return one.destroyedAt ? ["review", one.destroyedAt] : ["taking", one.builtAt];
  if (!one.receivedAt) return ["receipt", one.takenAt];
  if (!one.destroyedAt) return ["destruction", one.receivedAt];
  return ["review", one.reviewDueAt ?? one.receivedAt];
}

async function custody(ctx: WorkerContext) {
  const words = reportWords();
  const now = ctx.now().getTime();
  const open = (await inTransaction(ctx, loadOpenCustody)).map((one) => {
    const [step, since] = openStep(one);
    return { one, step, days: Math.floor((now - Date.parse(since)) / DAY_MS), since };
  });
  return {
    numbers: [
      { key: "openCustody", value: open.length },
      { key: "unreceived", value: open.filter(({ step }) => step === "receipt").length },
      { key: "reviewOverdue", value: open.filter(({ step, days }) => step === "review" && days >= 0).length },
    ],
    rows: open.map(
      ({ one, step, days, since }): ReportRow => ({
        cells: [
          ...[one.destination, one.contract, words(`custody.${step}`), dayOf(new Date(since))],
          String(Math.max(0, days)),
        ],
        address: `/key-exports/${one.id}`,
      }),
    ),
  };
}

const TROUBLE = [
  "envelope.delayed",
  "mail.refused",
  "key-provider.lost",
  "archive.failed",
  "key-export.undelivered",
];

async function connectors(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const all = await inTransaction(ctx, loadConnectors);
  const events = await eventsOf(ctx, period, TROUBLE);
  const instant = (at: string | null) => (at === null ? words("never") : minuteOf(new Date(at)));
  const bad = all.filter(({ refusal }) => refusal !== null);
  const good = all.filter(({ refusal }) => refusal === null);
  return {
    numbers: [
      { key: "connectors", value: all.length },
      { key: "refusing", value: bad.length },
      { key: "mailsRefused", value: countOf(events, "mail.refused") },
      { key: "delays", value: countOf(events, "envelope.delayed") },
      { key: "outages", value: countOf(events, "key-provider.lost") },
    ],
    rows: [
      ...[...bad, ...good].map(
        ({ kind, name, triedAt, refusal, address }): ReportRow => ({
          cells: [
            ...[words(`connector.${kind}`), kind === "log" ? "" : name, instant(triedAt)],
            refusal ?? words(triedAt === null ? "connector.untried" : "connector.works"),
          ],
          address,
        }),
      ),
      ...events.map((event): ReportRow => {
        const code = textIn(event.data.refusal) || textIn(event.data.waitingFor) || textIn(event.data.code);
        return {
          cells: [event.what, event.envelope?.shortId ?? "", minuteOf(event.at), code],
          address: auditAddress(event),
        };
      }),
    ],
  };
}

async function restoreDrills(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const [from, to] = [startOf(period), endOf(period)];
  const backups = await inTransaction(ctx, (ctx) => loadBackups(ctx, from, to));
  const drills = await eventsOf(ctx, period, [
    ...["key-backup.drilled", "archive.checked", "database.restored"],
    ...["backup.failed", "restore.drilled", "restore.failed"],
  ]);
  const stateOf = ({ drilledAt, failed }: (typeof backups)[number]) =>
    drilledAt === null ? "undrilled" : failed ? "failed" : "restored";
  return {
    numbers: [
      { key: "backups", value: backups.filter(({ destroyedAt }) => destroyedAt === null).length },
      { key: "undrilled", value: backups.filter((one) => stateOf(one) === "undrilled").length },
      { key: "drills", value: countOf(drills, "key-backup.drilled", "restore.drilled", "restore.failed") },
      { key: "readBack", value: countOf(drills, "archive.checked") },
      { key: "restores", value: countOf(drills, "database.restored") },
    ],
    rows: [
      ...backups.map(
        (one): ReportRow => ({
          cells: [
            words("drill.backup", { day: dayOf(new Date(one.createdAt)) }),
            one.drilledAt === null ? words("never") : minuteOf(new Date(one.drilledAt)),
            one.drilledBy ?? "",
            words(`drill.${stateOf(one)}`),
          ],
          address: "/keys",
        }),
      ),
      ...drills.map(
        (event): ReportRow => ({
          cells: [event.what, minuteOf(event.at), event.who.join(", "), event.envelope?.shortId ?? ""],
          address: auditAddress(event),
        }),
      ),
    ],
  };
}

export const KEY_REPORTS = {
  ...{ "key-operations": keyOperations, custody, connectors, "restore-drills": restoreDrills },
} satisfies Record<string, Collect>;
