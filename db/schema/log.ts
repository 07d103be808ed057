import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { LogCheckSummary } from "#lib/audit/core/log-check.ts";
import type { EventId } from "#lib/ids.ts";

// The installation's log of all audit events. It holds hashes and random ids, nothing that tells of anybody.

/** Events that are committed and have no place in the log yet. A trigger on `audit_events` writes it. */
export const logPending = pgTable("log_pending", {
  /** Rises along each chain, since a chain has one writer at a time. */
  position: bigint("position", { mode: "number" }).generatedAlwaysAsIdentity().primaryKey(),
  eventId: uuid("event_id").$type<EventId>().notNull(),
  chainId: uuid("chain_id").notNull(),
  sequence: integer("sequence").notNull(),
  eventHash: bytes("event_hash").notNull(),
});

/** Entry number `leaf_index` of the log is the chain hash of an event. Rows are never updated or deleted. */
export const logLeaves = pgTable(
  "log_leaves",
  {
    leafIndex: bigint("leaf_index", { mode: "number" }).primaryKey(), // 0-based, without gaps
    eventId: uuid("event_id").$type<EventId>().notNull().unique(),
    /** Where the event stands in its chain: what is missing can be named. */
    chainId: uuid("chain_id").notNull(),
    sequence: integer("sequence").notNull(),
    eventHash: bytes("event_hash").notNull(),
  },
  (table) => [
    check("log_leaves_hash_size", sql`octet_length(${table.eventHash}) = 32`),
    index("log_leaves_chain").on(table.chainId, table.sequence),
  ],
);

/** Full tiles of the tree (C2SP tlog-tiles). They follow from the leaves and are kept to be served and proven from. */
export const logTiles = pgTable(
  "log_tiles",
  {
    level: integer("level").notNull(),
    tileIndex: bigint("tile_index", { mode: "number" }).notNull(),
    /** 256 hashes of 32 bytes. */
    hashes: bytes("hashes").notNull(),
    /** One hash of the level above. */
    root: bytes("root").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.level, table.tileIndex] }),
    check("log_tiles_size", sql`octet_length(${table.hashes}) = 8192 and octet_length(${table.root}) = 32`),
  ],
);

/** Signed and time-stamped checkpoints, as published. */
export const logCheckpoints = pgTable("log_checkpoints", {
  /** How many leaves it covers. */
  size: bigint("size", { mode: "number" }).primaryKey(),
  note: text("note").notNull(),
  /** TimeStampToken over the note's SHA-256, DER. */
  timestampToken: bytes("timestamp_token").notNull(),
});

/** How the log is doing; no evidence. One row. */
export const logStatus = pgTable(
  "log_status",
  {
    id: integer("id").primaryKey(),
    /** The refusal that keeps the next checkpoint from being made. */
    waitingFor: text("waiting_for"),
    waitingSince: instant("waiting_since"),
    checkpointedAt: instant("checkpointed_at"),
    /** A member asked for a check of the whole log. */
    checkWantedAt: instant("check_wanted_at"),
    /** A worker is checking it. */
    checkStartedAt: instant("check_started_at"),
    /** What the last check found. */
    checked: jsonb("checked").$type<LogCheckSummary>(),
  },
  (table) => [check("log_status_one", sql`${table.id} = 1`)],
);

/** Backups of the whole installation and what became of putting them back on trial. Rows are never updated or deleted. */
export const backupRuns = pgTable("backup_runs", {
  id: uuid("id").primaryKey(),
  kind: text("kind").$type<"backup" | "drill">().notNull(),
  startedAt: instant("started_at").notNull(),
  finishedAt: instant("finished_at").notNull(),
  /** The backup's. */
  name: text("name"),
  /** Null where it went as it should. */
  refusal: text("refusal"),
  facts: jsonb("facts").$type<BackupFacts>().notNull(),
});

/** Counts of a backup; of a drill what was put back and compared, and what did not hold. */
export interface BackupFacts {
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly tables?: number;
  readonly rows?: number;
  readonly files?: number;
  readonly filesAdded?: number;
  /** Of a drill: events and log entries that verify-log checked, and what it found wrong. */
  readonly events?: number;
  readonly findings?: readonly string[];
  /** Documents and audit trails whose bytes were read and hashed anew; of these not what is on record. */
  readonly compared?: number;
  readonly differing?: number;
}
