import type { LogCheck } from "#lib/audit/core/log-check.ts";

/** What a check of the log found, and on what that rests. */
export interface LogReport extends LogCheck {
  /** When the newest checkpoint that holds was time-stamped. */
  readonly stampedAt: Date | null;
  /** Authorities nobody vouched for, by name. */
  readonly foreignAuthorities: readonly string[];
  readonly heldNames: readonly string[];
  /** Whether roots were given, or taken from the database that is judged. */
  readonly hasOwnAnchors: boolean;
}
