import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { plannedRotations } from "#lib/pki/ask-rotation.ts";
import { type CalendarDay, writeCalendar } from "../core/icalendar.ts";
import { findOpenRotation } from "../rotation-store.ts";
import { allEnds } from "./list-ends.ts";
import { changePolicy, findCalendar, loadOrganization, loadReviews } from "./store.ts";

/**
 * A new secret address for the calendar; one from before stops at once. Only its hash is kept.
 *
 * @returns the address, shown once.
 */
export async function newCalendarAddress(ctx: Context): Promise<string> {
  requirePermission(ctx, "key.manage");
  const token = ctx.runtime.random(32);
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, { calendarSha256: sha256(token), calendarSince: ctx.now() });
    await appendEvent(ctx, { type: "key-calendar.changed", envelopeId: null, data: { isOpen: true } });
  });
  return `${ctx.runtime.config.baseUrl}/calendar/${toBase64Url(token)}.ics`;
}

/** Closes the calendar's address. */
export async function endCalendarAddress(ctx: Context): Promise<void> {
  requirePermission(ctx, "key.manage");
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, { calendarSha256: null, calendarSince: null });
    await appendEvent(ctx, { type: "key-calendar.changed", envelopeId: null, data: { isOpen: false } });
  });
}

const WHAT = {
  seal: "Seal key",
  root: "Root authority",
  cross: "Cross certificate",
  issuing: "Issuing authority",
  tsa: "Time-stamping authority",
  ocsp: "Status responder",
  log: "Key of the audit log",
  anchor: "Trust anchor",
  chain: "Certificate for chains",
  tls: "TLS certificate",
  "api-key": "API key",
  program: "Access of a program",
} as const;
const REVIEWS = {
  "key-review": "Review of all keys",
  "certificate-audit": "Yearly check of all certificates",
  passphrases: "Exchange of passphrases",
} as const;

/** What is planned to take over at a moment; what is cancelled is not in the next edition. */
async function takeOvers(ctx: Context, host: string, url: string): Promise<CalendarDay[]> {
  const seal = await inTransaction(ctx, findOpenRotation);
  const description =
    "The worker tries the new key and puts it in use. If it does not pass, the one before stays.";
  const shared = { description, isMoment: true };
  const authorities = (await plannedRotations(ctx)).map(({ id, kind, at }): CalendarDay => {
    const summary = `${WHAT[kind]}: a new key takes over`;
    return { ...shared, uid: `${id}@${host}`, at, summary, url: `${url}/authorities/${id}` };
  });
  if (seal?.state !== "scheduled" || !seal.switchAt) return authorities;
  const summary = `${WHAT.seal}: a new key takes over`;
  const own = { uid: `${seal.id}@${host}`, at: seal.switchAt, summary, url: `${url}/rotate/${seal.id}` };
  return [{ ...shared, ...own }, ...authorities];
}

/** The calendar of an organization, for whoever has its secret address; null for any other. */
export async function readCalendar({ runtime }: Visitor, token: string): Promise<string | null> {
  const organizationId = await findCalendar(runtime, sha256(fromBase64Url(token)));
  if (!organizationId) return null;
  const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "calendar" } });
  const url = `${runtime.config.baseUrl}/keys`;
  const { host } = new URL(url);
  const keys = (await allEnds(ctx)).known.map(({ kind, name, ref, until }): CalendarDay => {
    const isNamed = ref.includes(":");
    const description = isNamed
      ? "Make a new one before this day."
      : `Renew it before this day. SHA-256 ${ref}`;
    return { uid: `${ref}@${host}`, at: until, summary: `${WHAT[kind]} ends: ${name}`, description, url };
  });
  const { reviews, name } = await inTransaction(ctx, async (ctx) => ({
    reviews: await loadReviews(ctx),
    name: (await loadOrganization(ctx)).name,
  }));
  const tasks = reviews
    .filter(({ doneAt }) => doneAt === null)
    .map(({ id, kind, dueAt }): CalendarDay => {
      const description = "Look over the keys and sign the task off.";
      return { uid: `${id}@${host}`, at: dueAt, summary: REVIEWS[kind], description, url };
    });
  const planned = await takeOvers(ctx, host, url);
  return writeCalendar(`Keys of ${name}`, [...keys, ...tasks, ...planned], runtime.now());
}
