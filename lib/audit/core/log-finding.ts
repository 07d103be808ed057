import { publicId } from "#lib/ids.ts";

/** What somebody did to the evidence, as far as it can be told. */
export type LogFault =
  | "altered"
  | "deleted"
  | "inserted"
  | "rewritten"
  | "reordered"
  | "rolled-back"
  | "unsigned"
  | "unstamped"
  | "not-logged";

/** One thing that does not hold. */
export interface LogFinding {
  readonly fault: LogFault;
  /** One of the log's own tables, or of `record-tables.ts`. */
  readonly table: string;
  /** Null when the whole row is meant. */
  readonly column: string | null;
  /** The organization whose event it is; null for what belongs to the whole installation. */
  readonly organizationId: string | null;
  /** For people. */
  readonly sentence: string;
}

/** How sentences name a chain: `envelope env_…`. */
export const chainName = (chainId: string, organizationId: string | null): string =>
  chainId === organizationId
    ? `organization ${publicId("organization", chainId)}`
    : `envelope ${publicId("envelope", chainId)}`;

/** How sentences name an event: `Event 3 of envelope env_…`, counted from 0 as in the chain. */
export const eventName = (chainId: string, organizationId: string | null, sequence: number): string =>
  `Event ${sequence} of ${chainName(chainId, organizationId)}`;
