import type { WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { endOf, type Period } from "../core/reports/periods.ts";
import type { ReportContent, ReportRow } from "../core/reports/report-content.ts";
import type { EventFilter } from "../explorer/events-store.ts";
import { eachEvent } from "../explorer/search-events.ts";
import type { ToldEvent } from "../explorer/tell-events.ts";

export type Collected = Pick<ReportContent, "numbers" | "rows">;
export type Collect = (ctx: WorkerContext, period: Period, reportId?: string) => Promise<Collected>;

/** The events of a period, of some types. */
export async function eventsOf(
  ctx: WorkerContext,
  period: Period,
  types: readonly string[],
): Promise<ToldEvent[]> {
  const filter: EventFilter = {
    ...{ ownerId: null, people: null, chainId: null, address: null, words: null, types },
    ...{ from: startOf(period), to: endOf(period) },
  };
  const found: ToldEvent[] = [];
  for await (const batch of eachEvent(ctx, filter)) found.push(...batch);
  return found;
}

export const startOf = ({ from }: Period): Date => new Date(`${from}T00:00:00Z`);
export const countOf = (events: readonly ToldEvent[], ...types: readonly string[]) =>
  events.filter(({ type }) => types.includes(type)).length;
/** Where an event is read. @param event of its own organization */
export function auditAddress(told: { readonly id: string }): string {
  return `/audit/events/${publicId("event", told.id)}`;
}
export const envelopeAddress = (id: string) => `/envelopes/${publicId("envelope", id)}`;
export const textIn = (value: unknown): string => (typeof value === "string" ? value : "");
export const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace("T", " ");
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** An event as a row: when, about which envelope, who, what. */
export const eventRow = (event: ToldEvent): ReportRow => ({
  cells: [minuteOf(event.at), event.envelope?.shortId ?? "", event.who.join(", "), event.what],
  address: auditAddress(event),
});
