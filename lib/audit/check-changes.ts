import type { Connection } from "#db/client.ts";
import {
  findNeverBound,
  findOffVersions,
  loadAdopted,
  loadForms,
  type OffVersion,
  readVersions,
} from "./changing-store.ts";
import { CHANGING_TABLES, digestOfVersions } from "./core/changing-tables.ts";
import { eventName, type LogFinding } from "./core/log-finding.ts";
import { columnsOf, fixForms } from "./record-store.ts";

/**
 * Holds every row that changes by design against the last event that tells of a change of it, and what is kept of those
 * against the events. The events themselves are checked with their chain.
 *
 * @param connection sees the rows of this organization
 * @param said what events say of the rows that changed with them, by the events' ids
 */
export async function checkChanges(
  connection: Connection,
  organizationId: string,
  said: ReadonlyMap<string, SaidVersions>,
): Promise<LogFinding[]> {
  const findings: LogFinding[] = [];
  const finding = (fault: LogFinding["fault"], table: string, sentence: string) =>
    findings.push({ ...{ fault, table, column: null, organizationId }, sentence });
  const unmet = new Map(said);
  for await (const { eventId, versions } of readVersions(connection)) {
    const event = said.get(eventId);
    unmet.delete(eventId);
    if (!event)
      finding(
        "inserted",
        "row_versions",
        `States of rows stand under event ${eventId}, which tells of none: put in, or column event_id was altered.`,
      );
    else if (event.digest !== digestOfVersions(versions))
      finding(
        "altered",
        "row_versions",
        `The states of rows that changed with ${eventName(event.chainId, organizationId, event.sequence)} are not those it tells of: altered, deleted or put in.`,
      );
  }
  for (const { chainId, sequence } of unmet.values())
    finding(
      "deleted",
      "row_versions",
      `The states of rows that changed with ${eventName(chainId, organizationId, sequence)} are missing: deleted, or column event_id or organization_id was altered.`,
    );
  await fixForms(connection);
  const adopted = await loadAdopted(connection, organizationId);
  for (const table of Object.keys(CHANGING_TABLES)) {
    for (const columns of await loadForms(connection, table)) {
      const names = columns.split(",");
      const known = await columnsOf(connection, table);
      if (!names.every((name) => known.includes(name))) {
        finding(
          "altered",
          "row_versions",
          `States of rows of ${table} are over columns that it does not have: column columns was altered.`,
        );
        continue;
      }
      for (const { rowKey, fault, chainId, sequence } of await findOffVersions(connection, table, names))
        finding(fault, table, sentenceOf(table, rowKey, fault, nameOf(chainId, organizationId, sequence)));
    }
    if (!adopted.has(table)) continue;
    for (const rowKey of await findNeverBound(connection, table))
      finding(
        "inserted",
        table,
        `Row ${rowKey} of ${table} is told of by no event: put in past the product.`,
      );
  }
  return findings;
}

/** What an event says of the rows that changed with it, and where it stands. */
export interface SaidVersions {
  readonly digest: string;
  readonly chainId: string;
  readonly sequence: number;
}

const nameOf = (chainId: string | null, organizationId: string, sequence: number | null): string =>
  chainId === null || sequence === null
    ? "the last event that told of it"
    : eventName(chainId, organizationId, sequence);

function sentenceOf(table: string, rowKey: string, fault: OffVersion["fault"], event: string): string {
  const row = `Row ${rowKey} of ${table}`;
  switch (fault) {
    case "altered":
      return `${row} is not as ${event} left it: altered past the product.`;
    case "deleted":
      return `${row} is gone, which ${event} left there: deleted, or given another key or organization.`;
    case "inserted":
      return `${row} is there, after ${event} told that it is gone: put in past the product.`;
  }
}
