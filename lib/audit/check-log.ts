import type { Connection } from "#db/client.ts";
import { isRefusal } from "#lib/errors.ts";
import type { WorkspaceKeys } from "#lib/ports/workspace-keys.ts";
import type { Runtime } from "#lib/runtime.ts";
import { checkChanges, type SaidVersions } from "./check-changes.ts";
import { checkRecords } from "./check-records.ts";
import { checkRevocations, readRevocations, type ToldRevocation } from "./check-revocations.ts";
import {
  allowTime,
  enterOrganization,
  findStrays,
  listChains,
  loadLeaves,
  loadWaiting,
  loadWorkspaceKey,
  readEvents,
} from "./check-store.ts";
import { checkTree } from "./check-tree.ts";
import { versionsSaid } from "./core/changing-tables.ts";
import { ChainCheck, type CheckedEvent, type LogPlace } from "./core/check-chain.ts";
import { type CheckpointRules, readHeld } from "./core/check-checkpoint.ts";
import type { LogCheck } from "./core/log-check.ts";
import { chainName, eventName, type LogFinding } from "./core/log-finding.ts";
import { type TrailKeys, trailKeysOf } from "./core/sealed-openings.ts";
import type { EnvelopeRows } from "./envelope-rows.ts";
import { loadCheckpoint, loadStatus, logSize } from "./log-store.ts";

export interface LogCheckInput extends CheckpointRules {
  /** Every organization of the installation. */
  readonly organizations: readonly string[];
  /** Checkpoints somebody has kept: a name for each and its text. */
  readonly held: readonly { readonly name: string; readonly text: string }[];
  /** Opens keys of workspaces; null without the master key: then personal values are not looked into. */
  readonly workspaceKeys: Pick<WorkspaceKeys, "open"> | null;
  /** Looks at what is no row of the log's own. */
  readonly envelopeRows: EnvelopeRows;
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
      const events = await checkEvents(connection, input, waiting, tree.provenSize);
      findings.push(...events.findings, ...(await strays(connection)));
      return {
        ...{ size: tree.size, eventCount: events.count, waitingCount: waiting.size },
        ...{ checkpointCount: tree.checkpointCount, unopenedCount: events.unopened, newest: tree.newest },
        ...{ waitingFor, waitingSince },
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
  { organizations, workspaceKeys, envelopeRows }: LogCheckInput,
  waiting: ReadonlyMap<string, LogPlace>,
  provenSize: number,
): Promise<{ count: number; unopened: number; findings: LogFinding[] }> {
  const findings: LogFinding[] = [];
  const leafCount = Math.min(await logSize(connection), MOST_MARKED);
  const owners = new Map<string, string>();
  const met: Met = {
    leaves: new Uint8Array(leafCount),
    waiting: new Set(waiting.keys()),
    unplaced: new Set(),
    owners,
  };
  const told: ToldRevocation[] = [];
  let [count, unopened] = [0, 0];
  for (const organizationId of organizations) {
    await enterOrganization(connection, organizationId);
    const chains = await listChains(connection, organizationId);
    owners.set(organizationId, organizationId);
    for (const chain of chains) owners.set(chain, organizationId);
    const add = (found: readonly LogFinding[]) => {
      if (findings.length < MOST_FINDINGS) findings.push(...found);
    };
    const workspace = await openWorkspace(connection, organizationId, workspaceKeys);
    add(workspace.findings);
    let check: ChainCheck | null = null;
    let chainId = "";
    let unopenedHere = 0;
    const forgotten: string[] = [];
    const said = new Map<string, SaidVersions>();
    const end = async () => {
      if (!check) return;
      const { isForgotten } = check;
      add(check.end());
      if (isForgotten) forgotten.push(chainId);
      unopenedHere += check.unopened;
      if (chainId !== organizationId)
        add(await envelopeRows.end(connection, { organizationId, envelopeId: chainId, isForgotten }));
    };
    for await (const { events, keys } of readEvents(connection, organizationId, chains, waiting))
      for (const event of events) {
        count++;
        if (!check || event.chainId !== chainId) {
          await end();
          chainId = event.chainId;
          const values = { trail: workspace.trail, wrapped: keys.get(chainId) };
          check = new ChainCheck(chainId, (leafIndex) => leafIndex < provenSize, values);
        }
        meet(met, event);
        const digest = versionsSaid(event.body);
        if (digest) said.set(event.id, { digest, chainId: event.chainId, sequence: event.sequence });
        add(check.next(event));
        if (check.told && chainId !== organizationId) envelopeRows.next(check.told);
      }
    await end();
    add(await envelopeRows.finish(connection, organizationId));
    if (workspace.isMissing && unopenedHere > 0) add([missingWorkspaceKey(organizationId)]);
    unopened += unopenedHere;
    add(await checkRecords(connection, organizationId, forgotten));
    add(await checkChanges(connection, organizationId, said));
    told.push(...(await readRevocations(connection, organizationId)));
  }
  findings.push(...(await checkRevocations(connection, told)));
  findings.push(...(await unmetLeaves(connection, met)));
  for (const id of met.waiting) findings.push(unmetWaiting(id, waiting.get(id)!, owners));
  return { count, unopened, findings };
}

interface Workspace {
  readonly trail: TrailKeys | null;
  /** There is none; that matters where anything is sealed. */
  readonly isMissing: boolean;
  readonly findings: readonly LogFinding[];
}

/** As the database has it now, not as this process may know it. */
async function openWorkspace(
  connection: Connection,
  organizationId: string,
  keys: LogCheckInput["workspaceKeys"],
): Promise<Workspace> {
  const stored = await loadWorkspaceKey(connection, organizationId);
  if (!stored || !keys) return { trail: null, isMissing: !stored, findings: [] };
  try {
    const trail = trailKeysOf(await keys.open(organizationId, stored));
    return { trail, isMissing: false, findings: [] };
  } catch (error) {
    if (!isRefusal(error, "master-key/mismatch")) throw error;
    const finding: LogFinding = {
      ...{ fault: "altered", table: "workspace_keys", column: "wrapped_key", organizationId },
      sentence: `The key of ${chainName(organizationId, organizationId)} is not what the master key wrapped for it: column wrapped_key or organization_id was altered. None of its personal values can be read.`,
    };
    return { trail: null, isMissing: false, findings: [finding] };
  }
}

const missingWorkspaceKey = (organizationId: string): LogFinding => ({
  ...{ fault: "deleted", table: "workspace_keys", column: null, organizationId },
  sentence: `The key of ${chainName(organizationId, organizationId)} is missing: deleted, or column organization_id was altered. None of its personal values can be read.`,
});

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
  return found.map(({ table, id }) => ({
    ...{ fault: "altered", table, column: table === "chain_keys" ? "chain_id" : "organization_id" },
    organizationId: null,
    sentence: STRAY[table](id),
  }));
}

const STRAY = {
  audit_openings: (id: string) =>
    `The personal values of event ${id} belong to no event of their organization: column organization_id or event_id was altered, or the row put in.`,
  chain_keys: (id: string) =>
    `The key of the personal values of ${chainName(id, null)} belongs to no chain of its organization: column organization_id or chain_id was altered, the chain deleted, or the row put in.`,
  audit_events: (id: string) =>
    `Event ${id} belongs to an organization that does not exist: column organization_id was altered, or the row put in.`,
} as const;
