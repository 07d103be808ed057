import type { Connection } from "#db/client.ts";
import { equalBytes } from "#lib/bytes.ts";
import { countTiles, loadTiles, readCheckpoints, readLeaves } from "./check-store.ts";
import { CheckpointCheck, type CheckpointRules, type HeldCheckpoint } from "./core/check-checkpoint.ts";
import { type FullTile, TreeCheck } from "./core/check-tree.ts";
import type { Checkpoint } from "./core/checkpoint.ts";
import type { LogFault, LogFinding } from "./core/log-finding.ts";
import { leafHash } from "./core/merkle.ts";

export interface CheckedTree {
  /** How many leaves there are from the first on without a gap. */
  readonly size: number;
  /** Leaves below this are under a checkpoint that holds. */
  readonly provenSize: number;
  readonly checkpointCount: number;
  /** The largest that holds. */
  readonly newest: Checkpoint | null;
  readonly findings: readonly LogFinding[];
}

/** Builds the tree anew from its leaves and holds it against every checkpoint, kept ones included, and every tile. */
export async function checkTree(
  connection: Connection,
  rules: CheckpointRules,
  held: readonly HeldCheckpoint[],
): Promise<CheckedTree> {
  const findings: LogFinding[] = [];
  const find = (fault: LogFault, table: LogFinding["table"], column: string | null, sentence: string) =>
    findings.push({ fault, table, column, organizationId: null, sentence });
  const tree = new TreeCheck();
  const checkpoints = new CheckpointCheck(rules);
  const stored = readCheckpoints(connection);
  let next = await stored.next();
  const roots = new Map<number, Uint8Array>();
  const wanted = new Set(held.map(({ size }) => size));
  let isWhole = true;
  for await (const leaves of readLeaves(connection)) {
    for (const { leafIndex, eventHash } of leaves) {
      if (leafIndex !== tree.size) {
        const missing =
          leafIndex === tree.size + 1
            ? `Leaf ${tree.size} is`
            : `Leaves ${tree.size} to ${leafIndex - 1} are`;
        find(
          "deleted",
          "log_leaves",
          "leaf_index",
          `${missing} missing: deleted, or column leaf_index was altered.`,
        );
        isWhole = false;
        break;
      }
      tree.append(leafHash(eventHash));
      if (wanted.has(tree.size)) roots.set(tree.size, tree.root());
      while (!next.done && next.value.size <= tree.size) {
        const root = next.value.size === tree.size ? tree.root() : null;
        findings.push(...checkpoints.next(next.value, root));
        next = await stored.next();
      }
    }
    findings.push(...(await compareTiles(connection, tree.takeCompleted())));
    if (!isWhole) break;
  }
  for (; !next.done; next = await stored.next()) findings.push(...checkpoints.next(next.value, null));
  findings.push(...(isWhole ? await surplusTiles(connection, tree) : []));
  const heldSizes = held.map((one) => (checkHeld(one, tree.size, roots.get(one.size), find) ? one.size : 0));
  const provenSize = Math.max(checkpoints.newest?.size ?? 0, ...heldSizes);
  const { newest, count: checkpointCount } = checkpoints;
  return { size: tree.size, provenSize, checkpointCount, newest, findings };
}

function checkHeld(
  { name, size, root, isSigned }: HeldCheckpoint,
  treeSize: number,
  actual: Uint8Array | undefined,
  find: (fault: LogFault, table: LogFinding["table"], column: string | null, sentence: string) => void,
): boolean {
  if (!isSigned) {
    find("unsigned", "log_checkpoints", null, `${name} is signed by no key this log is known to have had.`);
    return false;
  }
  if (size > treeSize) {
    const sentence = `The log was rolled back: ${name} covers ${size} leaves, and from the first on there are ${treeSize}.`;
    find("rolled-back", "log_leaves", null, sentence);
    return false;
  }
  if (size > 0 && (!actual || !equalBytes(actual, root))) {
    const sentence = `The log is not the one that ${name} was signed over: among its first ${size} leaves something was altered, moved, put in or deleted.`;
    find("altered", "log_leaves", null, sentence);
    return false;
  }
  return true;
}

async function compareTiles(connection: Connection, tiles: readonly FullTile[]): Promise<LogFinding[]> {
  const findings: LogFinding[] = [];
  for (const [level, ofLevel] of Map.groupBy(tiles, (tile) => tile.level)) {
    const stored = await loadTiles(connection, level, ofLevel[0]!.index, ofLevel.at(-1)!.index);
    for (const tile of ofLevel) {
      const row = stored.get(tile.index);
      const find = (fault: LogFault, column: string | null, sentence: string) =>
        findings.push({
          ...{ fault, table: "log_tiles", column, organizationId: null },
          sentence: `Tile ${tile.index} of level ${level} ${sentence}`,
        });
      if (!row) find("deleted", null, "is missing: deleted, or its level or tile_index was altered.");
      else if (!equalBytes(row.hashes, tile.hashes))
        find("altered", "hashes", "does not hold the hashes of its leaves: column hashes was altered.");
      else if (!equalBytes(row.root, tile.root))
        find("altered", "root", "does not hold its own root: column root was altered.");
    }
  }
  return findings;
}

async function surplusTiles(connection: Connection, { fullTiles }: TreeCheck): Promise<LogFinding[]> {
  const counted = await countTiles(connection);
  return counted
    .filter(({ level, least, most }) => least < 0 || most >= (fullTiles[level] ?? 0))
    .map(({ level }) => ({
      ...{ fault: "inserted", table: "log_tiles", column: null, organizationId: null },
      sentence: `Level ${level} has a tile beyond the end of the log: put in, or its level or tile_index was altered.`,
    }));
}
