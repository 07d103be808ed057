import { z } from "zod";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { EVENT_GROUPS } from "./event-groups.ts";

const Day = z.iso.date().nullable().default(null);

/** What somebody looks for among the events; whatever is left out hides nothing. */
export const EventQuery = z.object({
  /** First and last day, in UTC. */
  from: Day,
  to: Day,
  group: z.enum(EVENT_GROUPS).nullable().default(null),
  /** Part of a name or an address: who acted, or who it was about. */
  person: typedLine(200).default(""),
  /** `env_…` or the number in the margins: `WH-7K2M-9QXD`. */
  envelope: typedLine(60).default(""),
  ip: typedLine(45).default(""),
  /** Words of events, of envelope titles, or the beginning of a hash. */
  text: typedLine(200).default(""),
});

export type EventQuery = z.output<typeof EventQuery>;

const NAMES = ["from", "to", "group", "person", "envelope", "ip", "text"] as const;

/** The query of an address; what cannot be meant is left out. */
export function eventQueryIn(value: (name: string) => string | null): EventQuery {
  const given = NAMES.flatMap((name) => {
    const text = value(name)?.trim() ?? "";
    const parsed = EventQuery.shape[name].safeParse(text);
    return text !== "" && parsed.success ? [[name, text]] : [];
  });
  return EventQuery.parse(Object.fromEntries(given));
}

/** The same for an address; empty when nothing is looked for. */
export const addressOfQuery = (query: EventQuery): [string, string][] =>
  NAMES.flatMap((name): [string, string][] => (query[name] ? [[name, String(query[name])]] : []));

const DAY_MS = 86_400_000;

/** From the first moment, to before the last: both may be open. */
export function periodOf({ from, to }: Pick<EventQuery, "from" | "to">): {
  from: Date | null;
  to: Date | null;
} {
  return {
    from: from === null ? null : new Date(`${from}T00:00:00Z`),
    to: to === null ? null : new Date(new Date(`${to}T00:00:00Z`).getTime() + DAY_MS),
  };
}
