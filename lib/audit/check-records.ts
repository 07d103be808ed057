import type { Connection } from "#db/client.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { chainName, type LogFinding } from "./core/log-finding.ts";
import { FORGOTTEN_TABLES, RECORD_TABLES, sealedText } from "./core/record-tables.ts";
import {
  findChangedRows,
  findStraySeals,
  findUnsealed,
  fixForms,
  loadBegunPurges,
  loadSealings,
  loadSeals,
  type SealingEvent,
} from "./record-store.ts";

const MOST_FINDINGS = 1_000;

/**
 * Holds every row of evidence of an organization against its seal, and the seals against their events. The events
 * themselves are checked with their chain.
 *
 * @param connection sees the rows of this organization
 * @param forgotten envelopes whose people were forgotten, as their chains say
 */
export async function checkRecords(
  connection: Connection,
  organizationId: string,
  forgotten: readonly string[],
): Promise<LogFinding[]> {
  const findings: LogFinding[] = [];
  await fixForms(connection);
  const finding = (fault: LogFinding["fault"], table: string, sentence: string) =>
    findings.push({ ...{ fault, table, column: null, organizationId }, sentence });
  const sealings = await loadSealings(connection, organizationId);
  /** Events by table and by the columns their hashes are over: a table may have got another column since. */
  const groups = new Map<string, { table: string; columns: string[]; events: string[] }>();
  for (const event of sealings) {
    const said = readSealing(event);
    const digest = toHex(sha256(fromUtf8(sealedText(await loadSeals(connection, event.id)))));
    if (said === null || said.sha256 !== digest)
      finding(
        "altered",
        "record_seals",
        `The hashes of evidence under event ${event.id} are not those the event tells of: altered, deleted or put in.`,
      );
    for (const [table, columns] of Object.entries(said?.columns ?? {})) {
      const group = groups.get(`${table} ${columns}`) ?? { table, columns: columns.split(","), events: [] };
      group.events.push(event.id);
      groups.set(`${table} ${columns}`, group);
    }
  }
  for (const { table, columns, events } of groups.values()) {
    if (!Object.hasOwn(RECORD_TABLES, table)) continue;
    const gone = FORGOTTEN_TABLES.has(table) ? forgotten : [];
    for (const { rowKey, isGone } of await findChangedRows(connection, table, columns, events, gone))
      finding(
        isGone ? "deleted" : "altered",
        table,
        `Row ${rowKey} of ${table} ${isGone ? "is gone: deleted, or given another key or organization" : "is not what was written: altered"}.`,
      );
  }
  for (const { tableName, rowKey } of await findStraySeals(connection, organizationId))
    finding(
      "inserted",
      "record_seals",
      `The hash of row ${rowKey} of ${tableName} stands under no event: put in.`,
    );
  for (const { chainId, body, tombstoneSha256 } of await loadBegunPurges(connection, organizationId))
    if (tombstoneSha256 === null || !body.includes(`"tombstoneSha256":"${tombstoneSha256}"`))
      finding(
        tombstoneSha256 === null ? "deleted" : "altered",
        "tombstones",
        `The tombstone of ${chainName(chainId, organizationId)} is ${tombstoneSha256 === null ? "gone" : "not the one it was destroyed with"}.`,
      );
  // Before the first, an installation that was upgraded has only rows without a seal.
  if (sealings.length === 0) return findings;
  for (const table of Object.keys(RECORD_TABLES))
    for (const rowKey of await findUnsealed(connection, table))
      finding(
        "inserted",
        table,
        `Row ${rowKey} of ${table} stands under no event: put in past the product, or its key or hash was altered.`,
      );
  return findings.slice(0, MOST_FINDINGS);
}

interface Sealing {
  readonly sha256: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** What an event says of the rows it seals; null when it is no such event. */
function readSealing({ body }: SealingEvent): Sealing | null {
  try {
    const { data } = JSON.parse(body) as { data?: Partial<Sealing> };
    const columns = data?.columns ?? {};
    const isNamed = Object.values(columns).every((names) =>
      /^[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*$/.test(names),
    );
    return typeof data?.sha256 === "string" && isNamed ? { sha256: data.sha256, columns } : null;
  } catch {
    return null;
  }
}
