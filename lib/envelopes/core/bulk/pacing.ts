/** When nobody is written to; both as `HH:MM` of 24 hours. It may go over midnight. */
export interface QuietHours {
  readonly from: string;
  readonly until: string;
  /** IANA name, for rows that name no zone of their own. */
  readonly timeZone: string;
}

export const WINDOW_MS = 60_000;
/** A worker that was killed while it sent: its mail is not on its way any more. */
export const IN_FLIGHT_MS = 10 * 60_000;

export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name !== "";
  } catch {
    return false;
  }
};

/** The minute of the day there, from 0. */
export function minuteIn(timeZone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })
    .format(now)
    .split(":");
  return Number(parts[0]) * 60 + Number(parts[1]);
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** How many minutes it stays quiet in that zone; 0 when it is not. */
export function quietMinutes({ from, until }: QuietHours, timeZone: string, now: Date): number {
  const [start, end, at] = [minuteOf(from), minuteOf(until), minuteIn(timeZone, now)];
  const length = (end - start + 1_440) % 1_440;
  const since = (at - start + 1_440) % 1_440;
  return since < length ? length - since : 0;
}

export interface PacedJob {
  readonly id: string;
  readonly ownerId: string;
  /** The team the owner works in; whoever is in none counts as a team of one. */
  readonly teamId?: string | null;
  readonly perMinute: number;
  /** Rows that went out in the last 60 seconds. */
  readonly inWindow: number;
  readonly waiting: number;
}

/**
 * How many rows of each job go out now. A job keeps to its own throttle and goes evenly, a sixtieth of it a second; what
 * the organization may send is dealt out team by team, within a team member by member, and to a member job by job.
 *
 * @param left what the organization may still send in this window.
 */
export function shareOut(jobs: readonly PacedJob[], left: number): Map<string, number> {
  const shares = new Map<string, number>();
  const room = new Map(
    jobs.map(({ id, perMinute, inWindow, waiting }) => [
      id,
      Math.max(0, Math.min(perMinute - inWindow, Math.ceil(perMinute / 60), waiting)),
    ]),
  );
  // Who has had the least in this window is first: over time everybody gets the same.
  const teams = groupsOf(jobs, ({ teamId, ownerId }) => teamId ?? ownerId).map((team) => ({
    ...counted(team),
    owners: groupsOf(team, ({ ownerId }) => ownerId).map((own) => ({
      ...counted(own),
      jobs: own.map((job) => ({ ...counted([job]), id: job.id })),
    })),
  }));
  const mayGo = ({ id }: { readonly id: string }) => room.get(id)! > 0;
  for (let rest = left; rest > 0; rest--) {
    const team = leastOf(teams.filter(({ owners }) => owners.some(({ jobs }) => jobs.some(mayGo))));
    if (!team) break;
    const owner = leastOf(team.owners.filter(({ jobs }) => jobs.some(mayGo)))!;
    const job = leastOf(owner.jobs.filter(mayGo))!;
    room.set(job.id, room.get(job.id)! - 1);
    shares.set(job.id, (shares.get(job.id) ?? 0) + 1);
    for (const one of [team, owner, job]) one.count++;
  }
  return shares;
}

const groupsOf = (jobs: readonly PacedJob[], by: (job: PacedJob) => string): PacedJob[][] => [
  ...Map.groupBy(jobs, by).values(),
];

const counted = (jobs: readonly PacedJob[]) => ({
  count: jobs.reduce((sum, { inWindow }) => sum + inWindow, 0),
});

const leastOf = <T extends { readonly count: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best && best.count <= one.count ? best : one), undefined);

/** Fewer say nothing about a list of addresses. */
const ENOUGH = 20;

/** Whether so many addresses were refused that the rest should wait for a person to look. */
export const bouncesTooOften = (refused: number, done: number, percent: number): boolean =>
  done >= ENOUGH && refused * 100 > done * percent;
