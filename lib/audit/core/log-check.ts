import type { Checkpoint } from "./checkpoint.ts";
import type { LogFinding } from "./log-finding.ts";

/** What a check of the whole log found. */
export interface LogCheck {
  /** Leaves of the log from the first on without a gap. */
  readonly size: number;
  readonly eventCount: number;
  /** Events that wait for their place. */
  readonly waitingCount: number;
  readonly checkpointCount: number;
  /** Events whose personal values could not be looked into: the master key is not at hand, or a key in between. */
  readonly unopenedCount: number;
  /** The largest checkpoint that holds; whatever came after it can still be taken back unseen. */
  readonly newest: Checkpoint | null;
  /** Why the next checkpoint is not made yet. */
  readonly waitingFor: string | null;
  readonly waitingSince: Date | null;
  /** The first thousand. */
  readonly findings: readonly LogFinding[];
}

/** The same as it is kept for members to read. */
export interface LogCheckSummary {
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly tookMs: number;
  readonly size: number;
  readonly eventCount: number;
  readonly checkpointCount: number;
  /** Leaves under the newest checkpoint that holds. */
  readonly provenSize: number;
  /** ISO 8601; when that checkpoint was time-stamped. */
  readonly stampedAt: string | null;
  readonly findingCount: number;
  /** The first of them. */
  readonly findings: readonly LogFinding[];
}
