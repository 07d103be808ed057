import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { isUuid } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { type TrustListView, trustListView } from "../core/trust/list-view.ts";
import { type ListedAnchor, listedAnchor } from "../core/trust/trust-terms.ts";
import { evidenceError } from "../errors.ts";
import { findOffered, loadLists, loadServices, loadSome, type TrustListRow } from "./store.ts";

export interface SelectableList {
  readonly id: string;
  readonly name: string;
  /** The organization that imported it. */
  readonly offeredBy: string;
  readonly isOwn: boolean;
}

interface Found {
  readonly ctx: Context;
  readonly row: TrustListRow;
  readonly offeredBy: string;
  readonly isOwn: boolean;
}

const MAX_CHOSEN = 5;

/** The lists somebody may choose to believe in. @param member who is signed in, and sees their organization's too. */
export async function selectableLists(runtime: Runtime, member: Context | null): Promise<SelectableList[]> {
  const found = await findLists(runtime, member);
  return found.map(({ row, offeredBy, isOwn }) => ({ id: row.id, name: row.name, offeredBy, isOwn }));
}

/** What some of them say may end paths. @throws evidence/list-not-found, too-many-lists */
export async function chosenLists(
  runtime: Runtime,
  member: Context | null,
  ids: readonly string[],
): Promise<{ readonly listed: readonly ListedAnchor[]; readonly lists: readonly TrustListView[] }> {
  if (ids.length === 0) return { listed: [], lists: [] };
  if (ids.length > MAX_CHOSEN) throw evidenceError("too-many-lists", `${ids.length}, ${MAX_CHOSEN} at most`);
  const selectable = await findLists(runtime, member);
  const listed: ListedAnchor[] = [];
  const lists: TrustListView[] = [];
  for (const id of new Set(ids)) {
    const found = isUuid(id) ? selectable.find(({ row }) => row.id === id) : undefined;
    if (!found) throw evidenceError("list-not-found", "no such list, or it is not offered");
    const services = await inTransaction(found.ctx, (ctx) => loadServices(ctx, id));
    listed.push(...services.map((service) => listedAnchor(found.row, service)));
    lists.push(trustListView(found.row, found.offeredBy));
  }
  return { listed, lists };
}

async function findLists(runtime: Runtime, member: Context | null): Promise<Found[]> {
  const offered = await findOffered(runtime.database.db);
  const found: Found[] = [];
  for (const organizationId of new Set(offered.map((one) => one.organizationId))) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "verify" } });
    const theirs = offered.filter((one) => one.organizationId === organizationId);
    const rows = await inTransaction(ctx, (ctx) =>
      loadSome(
        ctx,
        theirs.map(({ id }) => id),
      ),
    );
    const isOwn = member?.organizationId === organizationId;
    found.push(...rows.map((row) => ({ ctx, row, offeredBy: theirs[0]!.offeredBy, isOwn })));
  }
  if (!member) return found;
  const own = await inTransaction(member, loadLists);
  const known = new Set(found.map(({ row }) => row.id));
  const more = own.filter(({ id }) => !known.has(id));
  return [
    ...more.map((row) => ({ ctx: member, row, offeredBy: "your organization", isOwn: true })),
    ...found,
  ];
}
