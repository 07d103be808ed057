import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { namedMethods } from "#lib/signing/authentication.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import type { ReportRow } from "../core/reports/report-content.ts";
import { reportWords } from "../core/reports/report-words.ts";
import { loadChosenClasses, loadCompleteness } from "./records-store.ts";
import {
  auditAddress,
  type Collect,
  countOf,
  envelopeAddress,
  eventRow,
  eventsOf,
  minuteOf,
  startOf,
} from "./report-events.ts";

const ACTIVITY = [
  ...[
    "envelope.sent",
    "recipient.signed",
    "recipient.approved",
    "recipient.acknowledged",
    "recipient.passed-on",
    "recipient.declined",
  ],
  ...["envelope.completed", "envelope.voided", "envelope.expired"],
];

async function signing(ctx: WorkerContext, period: Period) {
  const events = await eventsOf(ctx, period, ACTIVITY);
  return {
    numbers: [
      { key: "sent", value: countOf(events, "envelope.sent") },
      { key: "signed", value: countOf(events, "recipient.signed") },
      { key: "approved", value: countOf(events, "recipient.approved") },
      { key: "declined", value: countOf(events, "recipient.declined") },
      { key: "completed", value: countOf(events, "envelope.completed") },
      { key: "voided", value: countOf(events, "envelope.voided") },
      { key: "expired", value: countOf(events, "envelope.expired") },
    ],
    rows: events.map(eventRow),
  };
}

/** Weakest first; what is not on record counts as nothing. Each way that {@link namedMethods} knows stands here. */
export const STRENGTHS = [
  "unrecorded",
  ...(["in-person", "hosted-link", "link", "email-code", "access-code", "sms-code"] as const),
  ...(["authenticator", "passkey", "sso", "identity-document"] as const),
] as const;

async function authentication(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const acts = await eventsOf(ctx, period, [
    "recipient.signed",
    "recipient.approved",
    "recipient.acknowledged",
    "recipient.passed-on",
  ]);
  const chosen = new Map(
    (await inTransaction(ctx, loadChosenClasses)).map(({ envelopeId, className }) => [envelopeId, className]),
  );
  const found = acts.map((event) => {
    const methods: readonly string[] = namedMethods(event.data);
    const strongest = STRENGTHS.findLast((method) => methods.includes(method)) ?? "unrecorded";
    const className = (event.envelope && chosen.get(event.envelope.id)) ?? words("noClass");
    return { event, strongest, className };
  });
  const rank = (method: (typeof STRENGTHS)[number]) => STRENGTHS.indexOf(method);
  return {
    numbers: [
      { key: "acts", value: found.length },
      ...STRENGTHS.map((method) => ({
        key: `by-${method}`,
        value: found.filter(({ strongest }) => strongest === method).length,
      })),
    ],
    rows: found
      .toSorted((a, b) => rank(a.strongest) - rank(b.strongest) || a.className.localeCompare(b.className))
      .map(
        ({ event, strongest, className }): ReportRow => ({
          cells: [
            ...[className, words(`methods.${strongest}`), event.envelope?.shortId ?? ""],
            ...[event.who.join(", "), minuteOf(event.at)],
          ],
          address: auditAddress(event),
        }),
      ),
  };
}

async function completeness(ctx: WorkerContext, period: Period) {
  const words = reportWords();
  const all = await inTransaction(ctx, (ctx) => loadCompleteness(ctx, startOf(period), endOf(period)));
  const incomplete = all.filter(({ missing }) => missing.length > 0);
  const whole = all.filter(({ missing }) => missing.length === 0);
  return {
    numbers: [
      { key: "completed", value: all.length },
      { key: "incomplete", value: incomplete.length },
    ],
    // What lacks something stands first.
    rows: [...incomplete, ...whole].map(({ id, shortId, title, endedAt, missing }): ReportRow => {
      const lacks = missing.map((one) => words(`missing.${one}`)).join(", ");
      return {
        cells: [shortId, title, minuteOf(new Date(endedAt)), lacks || words("missing.nothing")],
        address: envelopeAddress(id),
      };
    }),
  };
}

export const SIGNING_REPORTS = { signing, authentication, completeness } satisfies Record<string, Collect>;
