import { type SQL, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import type { CheckedEvent, LogPlace, StoredOpenings } from "./core/check-chain.ts";

// What a check of the log reads, in the order it needs it. All within one transaction: one moment's state.

const MAX_STATEMENT_MS = 600_000;
const CHAINS_AT_ONCE = 200;
const EVENTS_AT_ONCE = 2_000;
const LEAVES_AT_ONCE = 10_000;
const CHECKPOINTS_AT_ONCE = 200;

type Rows<T> = readonly T[];

async function query<T>(connection: Connection, statement: SQL): Promise<Rows<T>> {
  return (await connection.execute(statement)) as unknown as Rows<T>;
}

const bytesOf = (value: Uint8Array) => new Uint8Array(value);
const list = (ids: readonly string[]) => sql`${sql.param(`{${ids.join(",")}}`)}::uuid[]`;

/** Looking at everything takes longer than a page may. */
export async function allowTime(connection: Connection): Promise<void> {
  await connection.execute(sql`select set_config('statement_timeout', ${String(MAX_STATEMENT_MS)}, true)`);
}

/** From here on the transaction sees the rows of this organization. */
export async function enterOrganization(connection: Connection, organizationId: string): Promise<void> {
  await connection.execute(sql`select set_config('app.organization_id', ${organizationId}, true)`);
}

interface PlaceRow {
  readonly eventId: string;
  readonly chainId: string;
  readonly sequence: number;
  readonly eventHash: Uint8Array;
}

const placeOf = ({ chainId, sequence, eventHash }: PlaceRow, leafIndex: number | null): LogPlace => ({
  ...{ leafIndex, chainId, sequence },
  eventHash: bytesOf(eventHash),
});

/** Events that wait for their place, by id. */
export async function loadWaiting(connection: Connection): Promise<Map<string, LogPlace>> {
  const rows = await query<PlaceRow>(
    connection,
    sql`select event_id as "eventId", chain_id as "chainId", sequence, event_hash as "eventHash" from log_pending`,
  );
  return new Map(rows.map((row) => [row.eventId, placeOf(row, null)]));
}

export interface LeafRow extends PlaceRow {
  readonly leafIndex: number;
}

/** All leaves in order, in lots. */
export async function* readLeaves(connection: Connection): AsyncGenerator<LeafRow[]> {
  for (let after = -1; ; ) {
    const rows = await query<Omit<LeafRow, "leafIndex"> & { leafIndex: string }>(
      connection,
      sql`select leaf_index as "leafIndex", event_id as "eventId", chain_id as "chainId", sequence,
        event_hash as "eventHash" from log_leaves where leaf_index > ${after} order by leaf_index limit ${LEAVES_AT_ONCE}`,
    );
    if (rows.length === 0) return;
    yield rows.map((row) => ({
      ...row,
      leafIndex: Number(row.leafIndex),
      eventHash: bytesOf(row.eventHash),
    }));
    after = Number(rows.at(-1)!.leafIndex);
  }
}

/** These leaves, for what is to be said of them. */
export async function loadLeaves(connection: Connection, indexes: readonly number[]): Promise<LeafRow[]> {
  const rows = await query<LeafRow>(
    connection,
    sql`select leaf_index as "leafIndex", event_id as "eventId", chain_id as "chainId", sequence,
      event_hash as "eventHash" from log_leaves
      where leaf_index = any(${sql.param(`{${indexes.join(",")}}`)}::bigint[]) order by leaf_index`,
  );
  return rows.map((row) => ({ ...row, leafIndex: Number(row.leafIndex) }));
}

export interface TileRow {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
}

/** Tiles of one level from one index up to another. */
export async function loadTiles(
  connection: Connection,
  level: number,
  from: number,
  to: number,
): Promise<Map<number, TileRow>> {
  const rows = await query<{ index: string; hashes: Uint8Array; root: Uint8Array }>(
    connection,
    sql`select tile_index as "index", hashes, root from log_tiles
      where level = ${level} and tile_index between ${from} and ${to}`,
  );
  return new Map(
    rows.map(({ index, hashes, root }) => [
      Number(index),
      { level, index: Number(index), hashes: bytesOf(hashes), root: bytesOf(root) },
    ]),
  );
}

/** Where each level's tiles lie: how many, and the least and greatest index. */
export async function countTiles(connection: Connection) {
  const rows = await query<{ level: number; count: string; least: string; most: string }>(
    connection,
    sql`select level, count(*) as count, min(tile_index) as least, max(tile_index) as most
      from log_tiles group by level order by level`,
  );
  return rows.map(({ level, count, least, most }) => ({
    level,
    ...{ count: Number(count), least: Number(least), most: Number(most) },
  }));
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly timestampToken: Uint8Array;
}

/** All checkpoints, the smallest first. */
export async function* readCheckpoints(connection: Connection): AsyncGenerator<StoredCheckpoint> {
  for (let after: number | null = null; ; ) {
    const rows: Rows<{ size: string; note: string; timestampToken: Uint8Array }> = await query(
      connection,
      sql`select size, note, timestamp_token as "timestampToken" from log_checkpoints
        where ${after === null ? sql`true` : sql`size > ${after}`} order by size limit ${CHECKPOINTS_AT_ONCE}`,
    );
    for (const { size, note, timestampToken } of rows)
      yield { size: Number(size), note, timestampToken: bytesOf(timestampToken) };
    if (rows.length < CHECKPOINTS_AT_ONCE) return;
    after = Number(rows.at(-1)!.size);
  }
}

/** The chains an organization has rows in. */
export async function listChains(connection: Connection, organizationId: string): Promise<string[]> {
  const rows = await query<{ chainId: string }>(
    connection,
    sql`select distinct chain_id as "chainId" from audit_events where organization_id = ${organizationId}
      order by chain_id`,
  );
  return rows.map(({ chainId }) => chainId);
}

type EventRow = Omit<CheckedEvent, "place" | "openings">;

/** The events of these chains by chain and number, in lots, each with its place and its openings, and their keys. */
export async function* readEvents(
  connection: Connection,
  organizationId: string,
  chains: readonly string[],
  waiting: ReadonlyMap<string, LogPlace>,
): AsyncGenerator<{ events: CheckedEvent[]; keys: ReadonlyMap<string, Uint8Array | null> }> {
  for (let start = 0; start < chains.length; start += CHAINS_AT_ONCE) {
    const some = list(chains.slice(start, start + CHAINS_AT_ONCE));
    const keys = await loadChainKeys(connection, some);
    let after: EventRow | null = null;
    do {
      const beyond: SQL = after
        ? sql`(chain_id, sequence) > (${after.chainId}::uuid, ${after.sequence})`
        : sql`true`;
      const rows: Rows<EventRow> = await query<EventRow>(
        connection,
        sql`select organization_id as "organizationId", id, chain_id as "chainId", envelope_id as "envelopeId",
            sequence, type, body, hash, mac,
            to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt"
          from audit_events
          where organization_id = ${organizationId} and chain_id = any(${some}) and ${beyond}
          order by chain_id, sequence limit ${EVENTS_AT_ONCE}`,
      );
      if (rows.length === 0) break;
      yield { events: await withPlaces(connection, rows, waiting), keys };
      after = rows.length < EVENTS_AT_ONCE ? null : rows.at(-1)!;
    } while (after);
  }
}

async function withPlaces(
  connection: Connection,
  events: readonly EventRow[],
  waiting: ReadonlyMap<string, LogPlace>,
): Promise<CheckedEvent[]> {
  const ids = list(events.map(({ id }) => id));
  const leaves = await query<PlaceRow & { leafIndex: string }>(
    connection,
    sql`select leaf_index as "leafIndex", event_id as "eventId", chain_id as "chainId", sequence,
      event_hash as "eventHash" from log_leaves where event_id = any(${ids})`,
  );
  const openings = await query<StoredOpenings & { eventId: string }>(
    connection,
    sql`select organization_id as "organizationId", event_id as "eventId", sealed, address_mark as "addressMark"
      from audit_openings where event_id = any(${ids})`,
  );
  const places = new Map(leaves.map((leaf) => [leaf.eventId, placeOf(leaf, Number(leaf.leafIndex))]));
  const opened = new Map(openings.map((row) => [row.eventId, row]));
  return events.map((event) => ({
    ...event,
    hash: bytesOf(event.hash),
    mac: bytesOf(event.mac),
    place: places.get(event.id) ?? waiting.get(event.id) ?? null,
    openings: storedOpenings(opened.get(event.id)),
  }));
}

function storedOpenings(row: StoredOpenings | undefined): StoredOpenings | null {
  if (!row) return null;
  const { organizationId, sealed, addressMark } = row;
  return { organizationId, sealed: bytesOf(sealed), addressMark: addressMark && bytesOf(addressMark) };
}

/** The key of a workspace as it is stored; null where there is none. */
export async function loadWorkspaceKey(
  connection: Connection,
  organizationId: string,
): Promise<Uint8Array | null> {
  const [row] = await query<{ wrappedKey: Uint8Array }>(
    connection,
    sql`select wrapped_key as "wrappedKey" from workspace_keys where organization_id = ${organizationId}`,
  );
  return row ? bytesOf(row.wrappedKey) : null;
}

/** The keys of these chains; null for one that was destroyed. */
async function loadChainKeys(connection: Connection, chains: SQL): Promise<Map<string, Uint8Array | null>> {
  const rows = await query<{ chainId: string; wrappedKey: Uint8Array | null }>(
    connection,
    sql`select chain_id as "chainId", wrapped_key as "wrappedKey" from chain_keys
      where chain_id = any(${chains})`,
  );
  return new Map(rows.map(({ chainId, wrappedKey }) => [chainId, wrappedKey && bytesOf(wrappedKey)]));
}

/** Rows that no organization sees as its own: at most a thousand. */
export async function findStrays(connection: Connection) {
  return query<{ table: "audit_events" | "audit_openings" | "chain_keys"; id: string }>(
    connection,
    sql`select table_name as "table", id from find_stray_evidence()`,
  );
}
