import type { Connection } from "#db/client.ts";
import type { LogFinding } from "./core/log-finding.ts";
import type { ToldEvent } from "./core/told-event.ts";

/** Holds what other rooms keep of envelopes against what their trails tell; one organization after the other. */
export interface EnvelopeRows {
  /** The next event, in the order of its chain. */
  next(event: ToldEvent): void;
  /** The chain whose events came since the last call is whole. @param isForgotten its people were, by rule. */
  end(
    connection: Connection,
    of: { readonly organizationId: string; readonly envelopeId: string; readonly isForgotten: boolean },
  ): Promise<LogFinding[]>;
  /** All chains of the organization came. */
  finish(connection: Connection, organizationId: string): Promise<LogFinding[]>;
}
