import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { authorizeError, hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import { depthOf, heightOf, isWithin, pathOf } from "./core/folder-tree.ts";
import { envelopesError } from "./errors.ts";
import {
  changeFolder,
  findAnyFolder,
  findFolder,
  listFolderRows,
  lockFolders,
  saveFolder,
  shareFolderRow,
  teamNames,
} from "./organize-store.ts";

/** One in another in another, and so on. */
const MOST_LEVELS = 5;

export interface FolderView {
  readonly id: string;
  readonly name: string;
  /** Its name after those of the folders it lies in: `Clients / Acme`. */
  readonly path: string;
  readonly parentId: string | null;
  /** Whose members see what lies in it, and whether they act on it too; null where it is shared with no team. */
  readonly teamId: string | null;
  readonly access: "read" | "act" | null;
  /** Whether who looks may rename, move and remove it. */
  readonly mayChange: boolean;
}

type FolderRow = Awaited<ReturnType<typeof listFolderRows>>[number];

/** In the order of their paths. */
export async function listFolders(ctx: Context): Promise<FolderView[]> {
  const member = requirePermission(ctx, "envelope.read");
  const rows = await inTransaction(ctx, listFolderRows);
  return rows
    .map((row) => {
      const { id, name, teamId, access, parentId } = row;
      const mayChange = hasPermission(member, "envelope.manage") && mayChangeIt(member, row);
      return { ...{ id, name, teamId, access, parentId, mayChange }, path: pathOf(row, rows) };
    })
    .sort((a, b) => a.path.localeCompare(b.path, "en"));
}

/**
 * Whoever made a folder changes it, as long as it is theirs alone. What is shared with a team, those change who say what is
 * shared.
 */
const mayChangeIt = (member: MemberActor, { teamId, createdBy }: FolderRow): boolean =>
  teamId === null
    ? createdBy === member.memberId || hasPermission(member, "envelope.manage-all")
    : hasPermission(member, "team.manage");

/** @throws envelopes/folder-exists, too-many-folders */
export async function addFolder(ctx: Context, input: { readonly name: string }): Promise<string> {
  const member = requirePermission(ctx, "envelope.manage");
  const name = typedLine(60, 1).parse(input.name);
  return inTransaction(ctx, async (ctx) => {
    const known = await listFolderRows(ctx);
    if (known.length >= ctx.runtime.config.limits.folders)
      throw envelopesError("too-many-folders", `${known.length} folders`);
    requireOwnName({ id: "", name, parentId: null }, known);
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await saveFolder(ctx, { id, name, createdBy: member.memberId });
    return id;
  });
}

const Named = z.object({ folderId: z.uuid(), name: typedLine(60, 1) });

/** @throws envelopes/folder-not-found, folder-exists, nothing-changed; authorize/not-allowed */
export async function renameFolder(ctx: Context, input: z.input<typeof Named>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { folderId, name } = Named.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { folder, all } = await lockOwn(ctx, member, folderId);
    if (folder.name === name) throw envelopesError("nothing-changed", "as before");
    requireOwnName({ ...folder, name }, all);
    await changeFolder(ctx, folderId, { name });
    await appendEvent(ctx, {
      type: "folder.renamed",
      envelopeId: null,
      data: { folder: folderId, from: personal(folder.name), name: personal(name) },
    });
  });
}

const Placed = z.object({ folderId: z.uuid(), parentId: z.uuid().nullable() });

/**
 * Puts a folder with all that lies in it into another one, or at the top. Who sees what is in it stays as it is: each
 * folder is shared for itself.
 *
 * @throws envelopes/folder-not-found, folder-exists, folder-in-itself, folder-too-deep, nothing-changed;
 *   authorize/not-allowed
 */
export async function placeFolder(ctx: Context, input: z.input<typeof Placed>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { folderId, parentId } = Placed.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { folder, all } = await lockOwn(ctx, member, folderId);
    const parent = all.find(({ id }) => id === parentId);
    if (parentId !== null && !parent) throw envelopesError("folder-not-found", `folder ${parentId}`);
    if (folder.parentId === parentId) throw envelopesError("nothing-changed", "as before");
    if (parent && isWithin(parent, folderId, all)) throw envelopesError("folder-in-itself", folderId);
    if ((parent ? depthOf(parent, all) : 0) + heightOf(folder, all) > MOST_LEVELS)
      throw envelopesError("folder-too-deep", `more than ${MOST_LEVELS}`);
    requireOwnName({ ...folder, parentId }, all);
    await changeFolder(ctx, folderId, { parentId });
    const data = { folder: folderId, from: folder.parentId, to: parentId };
    await appendEvent(ctx, { type: "folder.moved", envelopeId: null, data });
  });
}

const One = z.object({ folderId: z.uuid() });

/**
 * Takes a folder away. What lies in it is in no folder, and shared by it with nobody, until it comes back.
 *
 * @throws envelopes/folder-not-found, folder-holds-folders; authorize/not-allowed
 */
export async function removeFolder(ctx: Context, input: z.input<typeof One>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { folderId } = One.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { all } = await lockOwn(ctx, member, folderId);
    if (all.some(({ parentId }) => parentId === folderId))
      throw envelopesError("folder-holds-folders", `folder ${folderId}`);
    await changeFolder(ctx, folderId, { removedAt: ctx.now() });
    await appendEvent(ctx, { type: "folder.removed", envelopeId: null, data: { folder: folderId } });
  });
}

/**
 * Brings a folder back with what lay in it; to the top, where the one it lay in is gone.
 *
 * @throws envelopes/folder-not-found, folder-exists, too-many-folders; authorize/not-allowed
 */
export async function restoreFolder(ctx: Context, input: z.input<typeof One>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { folderId } = One.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await lockFolders(ctx);
    const folder = await findAnyFolder(ctx, folderId);
    if (!folder?.removedAt) throw envelopesError("folder-not-found", `folder ${folderId}`);
    requireMayChange(member, folder);
    const all = await listFolderRows(ctx);
    if (all.length >= ctx.runtime.config.limits.folders)
      throw envelopesError("too-many-folders", `${all.length} folders`);
    const parentId = all.some(({ id }) => id === folder.parentId) ? folder.parentId : null;
    requireOwnName({ ...folder, parentId }, all);
    await changeFolder(ctx, folderId, { removedAt: null, parentId });
    await appendEvent(ctx, { type: "folder.restored", envelopeId: null, data: { folder: folderId } });
  });
}

async function lockOwn(ctx: Context, member: MemberActor, folderId: string) {
  await lockFolders(ctx);
  const all = await listFolderRows(ctx);
  const folder = all.find(({ id }) => id === folderId);
  if (!folder) throw envelopesError("folder-not-found", `folder ${folderId}`);
  requireMayChange(member, folder);
  return { folder, all };
}

function requireMayChange(member: MemberActor, folder: FolderRow): void {
  if (!mayChangeIt(member, folder)) throw authorizeError("not-allowed", `folder ${folder.id}`);
}

/** @throws envelopes/folder-exists where another beside it is called so */
function requireOwnName(
  { id, name, parentId }: Pick<FolderRow, "id" | "name" | "parentId">,
  all: readonly FolderRow[],
): void {
  const isTaken = all.some(
    (one) => one.id !== id && one.parentId === parentId && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (isTaken) throw envelopesError("folder-exists", "a folder of that name");
}

const Share = z.object({
  folderId: z.uuid(),
  /** Null shares it with nobody any more. */
  teamId: z.uuid().nullable(),
  /** Act: as colleagues that what is in it is shared with to act on. */
  access: z.enum(["read", "act"]).default("read"),
});

/**
 * Shares a folder with everybody who works in a team: what lies in it, they see, or act on. One team at a time.
 *
 * @throws envelopes/folder-not-found, folder-team-unknown, nothing-changed
 */
export async function shareFolder(ctx: Context, input: z.input<typeof Share>): Promise<void> {
  requirePermission(ctx, "team.manage");
  const { folderId, teamId, access } = Share.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const folder = await findFolder(ctx, folderId);
    if (!folder) throw envelopesError("folder-not-found", `folder ${folderId}`);
    if (teamId !== null && !(await teamNames(ctx)).some(({ id }) => id === teamId))
      throw envelopesError("folder-team-unknown", `team ${teamId}`);
    const wanted = teamId === null ? null : { teamId, access };
    if (folder.teamId === teamId && (wanted === null || folder.access === access))
      throw envelopesError("nothing-changed", "as before");
    await shareFolderRow(ctx, folderId, wanted);
    await appendEvent(ctx, {
      type: wanted ? "folder.shared" : "folder.unshared",
      envelopeId: null,
      data: { folder: folderId, team: teamId ?? folder.teamId, access: wanted?.access ?? folder.access },
    });
  });
}
