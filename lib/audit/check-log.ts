import type { Connection } from "#db/client.ts";
import type { Runtime } from "#lib/runtime.ts";
import { checkRecords } from "./check-records.ts";
import {
  allowTime,
  enterOrganization,
  findStrays,
  listChains,
  loadLeaves,
  loadWaiting,
  readEvents,
} from "./check-store.ts";
import { checkTree } from "./check-tree.ts";
import { ChainCheck, type CheckedEvent, type LogPlace } from "./core/check-chain.ts";
import { type CheckpointRules, readHeld } from "./core/check-checkpoint.ts";
import type { LogCheck } from "./core/log-check.ts";
import { eventName, type LogFinding } from "./core/log-finding.ts";
import { loadCheckpoint, loadStatus, logSize } from "./log-store.ts";

export interface LogCheckInput extends CheckpointRules {
  /** Every organization of the installation. */
  readonly organizations: readonly string[];
  /** Checkpoints somebody has kept: a name for each and its text. */
  readonly held: readonly { readonly name: string; readonly text: string }[];
}

const MOST_FINDINGS = 1_000;
/** More than two billion leaves are not marked one by one. */
const MOST_MARKED = 2 ** 31;

/**
 * Holds every row of the evidence against every other and against all checkpoints, as of one moment: nothing that is
 * being written meanwhile is mistaken for a fault. It believes no row, and takes as long as there are events.
 *
 * @throws audit/note-malformed, audit/checkpoint-malformed for a kept checkpoint that is none
 */
export async function checkLog(runtime: Pick<Runtime, "database">, input: LogCheckInput): Promise<LogCheck> {
  const held = input.held.map(({ name, text }) => readHeld(name, text, input.logKeys));
  return runtime.database.db.transaction(
    async (connection) => {
      await allowTime(connection);
      const { waitingFor, waitingSince } = await loadStatus(connection);
      const waiting = await loadWaiting(connection);
      const tree = await checkTree(connection, input, held);
      const findings = [...tree.findings];
      for (const { name, size, isSigned } of held)
        if (isSigned && size > 0 && size <= tree.size && !(await loadCheckpoint(connection, size)))
          findings.push(missingCheckpoint(name, size));
      const events = await checkEvents(connection, input.organizations, waiting, tree.provenSize);
      findings.push(...events.findings, ...(await strays(connection)));
      return {
        ...{ size: tree.size, eventCount: events.count, waitingCount: waiting.size },
        ...{ checkpointCount: tree.checkpointCount, newest: tree.newest, waitingFor, waitingSince },
        findings: findings.slice(0, MOST_FINDINGS),
      };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

const missingCheckpoint = (name: string, size: number): LogFinding => ({
  ...{ fault: "deleted", table: "log_checkpoints", column: null, organizationId: null },
  sentence: `The checkpoint of ${size} leaves was published (${name}) and is no longer there: deleted, or its size was altered.`,
});

/** Which leaves were met, and which events have none. */
interface Met {
  readonly leaves: Uint8Array;
  readonly waiting: Set<string>;
  readonly unplaced: Set<string>;
  /** Whose each chain is. */
  readonly owners: Map<string, string>;
}

const placeKey = (chainId: string, sequence: number) => `${chainId} ${sequence}`;

async function checkEvents(
  connection: Connection,
  organizations: readonly string[],
  waiting: ReadonlyMap<string, LogPlace>,
  provenSize: number,
): Promise<{ count: number; findings: LogFinding[] }> {
  const findings: LogFinding[] = [];
  const leafCount = Math.min(await logSize(connection), MOST_MARKED);
  const owners = new Map<string, string>();
  const met: Met = {
    leaves: new Uint8Array(leafCount),
    waiting: new Set(waiting.keys()),
    unplaced: new Set(),
    owners,
  };
  let count = 0;
  for (const organizationId of organizations) {
    await enterOrganization(connection, organizationId);
    const chains = await listChains(connection, organizationId);
    owners.set(organizationId, organizationId);
    for (const chain of chains) owners.set(chain, organizationId);
    let chainId = "";
    let check = new ChainCheck(chainId, () => false);
    const add = (found: readonly LogFinding[]) => {
      if (findings.length < MOST_FINDINGS) findings.push(...found);
    };
    for await (const events of readEvents(connection, organizationId, chains, waiting))
      for (const event of events) {
        count++;
        if (event.chainId !== chainId) {
          chainId = event.chainId;
          add(check.end());
          check = new ChainCheck(chainId, (leafIndex) => leafIndex < provenSize);
        }
        meet(met, event);
        add(check.next(event));
      }
    add(check.end());
    add(await checkRecords(connection, organizationId));
  }
  findings.push(...(await unmetLeaves(connection, met)));
  for (const id of met.waiting) findings.push(unmetWaiting(id, waiting.get(id)!, owners));
  return { count, findings };
}

function meet(met: Met, { id, place, chainId, sequence }: CheckedEvent): void {
  met.waiting.delete(id);
  if (!place) met.unplaced.add(placeKey(chainId, sequence));
  else if (place.leafIndex !== null && place.leafIndex < met.leaves.length) met.leaves[place.leafIndex] = 1;
}

async function unmetLeaves(connection: Connection, { leaves, unplaced, owners }: Met): Promise<LogFinding[]> {
  const unmet: number[] = [];
  for (let at = leaves.indexOf(0); at >= 0 && unmet.length < MOST_FINDINGS; at = leaves.indexOf(0, at + 1))
    unmet.push(at);
  const rows = unmet.length > 0 ? await loadLeaves(connection, unmet) : [];
  return rows.map(({ leafIndex, chainId, sequence }) => {
    if (unplaced.has(placeKey(chainId, sequence)))
      return {
        ...{ fault: "altered", table: "log_leaves", column: "event_id", organizationId: null },
        sentence: `Leaf ${leafIndex} names an event that does not exist: column event_id was altered.`,
      };
    const owner = owners.get(chainId) ?? null;
    return {
      ...{ fault: "deleted", table: "audit_events", column: null, organizationId: owner },
      sentence: `${eventName(chainId, owner, sequence)} is missing, which the log holds as leaf ${leafIndex}: deleted, or hidden in another organization.`,
    };
  });
}

function unmetWaiting(
  eventId: string,
  { chainId, sequence }: LogPlace,
  owners: ReadonlyMap<string, string>,
): LogFinding {
  const owner = owners.get(chainId) ?? null;
  return {
    ...{ fault: "deleted", table: "log_pending", column: null, organizationId: owner },
    sentence: `${eventName(chainId, owner, sequence)} (${eventId}) waits for its place in the log and is missing: deleted, or its row there was put in.`,
  };
}

async function strays(connection: Connection): Promise<LogFinding[]> {
  const found = await findStrays(connection);
  return found.map(({ table, eventId, path }) => ({
    ...{ fault: "altered", table, column: "organization_id", organizationId: null },
    sentence:
      table === "audit_openings"
        ? `The personal value ${path} of event ${eventId} belongs to no event of its organization: column organization_id or event_id was altered, or the row put in.`
        : `Event ${eventId} belongs to an organization that does not exist: column organization_id was altered, or the row put in.`,
  }));
}
