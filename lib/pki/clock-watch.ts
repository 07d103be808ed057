import { sql } from "drizzle-orm";
import { timestampsError } from "#lib/ports/timestamps.ts";
import type { Runtime } from "#lib/runtime.ts";
import {
  type ClockOffset,
  type ClockPair,
  contradicts,
  jumpBetween,
  offsetOf,
} from "./core/timestamps/clock.ts";

/** How the clock of this process is doing. A token of ours says the time; one that is not sure of it says nothing. */
export interface ClockWatch {
  /**
   * Before a token is made. Costs nothing while the clock runs as it should.
   *
   * @throws timestamps/clock-unsure while this machine's clock and the database's contradict each other: try again later
   */
  requireSure(): Promise<void>;
  /** Looks anew; for the clock's own round. @throws timestamps/clock-unsure */
  look(): Promise<void>;
  /** How far this machine’s clock was from the database’s when it was last looked at; null before. */
  measured(): ClockOffset | null;
  /** By how much the clock was set since this was asked last, in milliseconds, in order. */
  takeJumps(): number[];
}

const LOOK_EVERY_MS = 60_000;

/** The clocks of a process; a test gives others. */
const ownClocks = (): ClockPair => ({ wallMs: Date.now(), runningMs: performance.now() });

export function watchClock(
  { database, log }: Pick<Runtime, "database" | "log">,
  clocks: () => ClockPair = ownClocks,
): ClockWatch {
  let last = clocks();
  let lookedAt: number | null = null;
  let jumps: number[] = [];
  let isUnsure = false;
  let measured: ClockOffset | null = null;

  /** @returns whether the clock was set since the last instant. */
  const step = (): boolean => {
    const now = clocks();
    const jump = jumpBetween(last, now);
    last = now;
    if (jump === 0) return false;
    jumps = [...jumps, jump].slice(-100);
    log.warn({ byMs: jump }, "the clock of this machine was set");
    return true;
  };

  const look = async (): Promise<void> => {
    step();
    const offset = await askDatabase(database, clocks);
    isUnsure = contradicts(offset);
    measured = offset;
    lookedAt = clocks().runningMs;
    if (!isUnsure) return;
    const { offsetMs, uncertaintyMs } = offset;
    log.error({ offsetMs, uncertaintyMs }, "this machine's clock and the database's contradict each other");
    throw timestampsError("clock-unsure", `the database's clock is ${Math.round(offsetMs)} ms from ours`);
  };

  return {
    look,
    async requireSure() {
      const wasSet = step();
      const isFresh = lookedAt !== null && last.runningMs - lookedAt < LOOK_EVERY_MS;
      if (wasSet || isUnsure || !isFresh) await look();
    },
    measured: () => measured,
    takeJumps() {
      const taken = jumps;
      jumps = [];
      return taken;
    },
  };
}

async function askDatabase({ db }: Runtime["database"], clocks: () => ClockPair): Promise<ClockOffset> {
  const asked = clocks();
  const [row] = (await db.execute(
    sql`select extract(epoch from clock_timestamp()) * 1000 as now`,
  )) as unknown as [{ now: string }];
  const answered = clocks();
  // By the running clock: one that is set meanwhile must not shorten the way.
  const answeredMs = asked.wallMs + (answered.runningMs - asked.runningMs);
  return offsetOf({ askedMs: asked.wallMs, theirsMs: Number(row.now), answeredMs });
}
