import { and, asc, desc, eq } from "drizzle-orm";
import { keyCeremonies, keyCeremonyEntries, keyScripts } from "#db/schema/key-work.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { CHAIN_START, firstBreak, linkHash } from "#lib/audit/core/chain.ts";
import type { Context } from "#lib/context.ts";
import type { CeremonyEntry } from "../core/key-ceremony.ts";
import { signingError } from "../errors.ts";

export type CeremonyRow = typeof keyCeremonies.$inferSelect;
export type ScriptRow = typeof keyScripts.$inferSelect;

/** Every version the organization published, newest first. */
export async function loadScripts(ctx: Context): Promise<ScriptRow[]> {
  return ctx.connection
    .select()
    .from(keyScripts)
    .where(eq(keyScripts.organizationId, ctx.organizationId))
    .orderBy(asc(keyScripts.name), desc(keyScripts.version));
}

export async function saveScript(ctx: Context, row: typeof keyScripts.$inferInsert): Promise<void> {
  await ctx.connection.insert(keyScripts).values(row);
}

export async function saveCeremony(ctx: Context, row: typeof keyCeremonies.$inferInsert): Promise<void> {
  await ctx.connection.insert(keyCeremonies).values(row);
}

/** @param lock until the transaction ends. @throws signing/not-found */
export async function loadCeremony(ctx: Context, id: string, lock = false): Promise<CeremonyRow> {
  const find = ctx.connection
    .select()
    .from(keyCeremonies)
    .where(and(eq(keyCeremonies.id, id), eq(keyCeremonies.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw signingError("not-found", `ceremony ${id}`);
  return row;
}

export async function loadCeremonies(ctx: Context): Promise<CeremonyRow[]> {
  return ctx.connection
    .select()
    .from(keyCeremonies)
    .where(eq(keyCeremonies.organizationId, ctx.organizationId))
    .orderBy(desc(keyCeremonies.startedAt))
    .limit(100);
}

export async function endCeremony(
  ctx: Context,
  id: string,
  outcome: "completed" | "abandoned",
): Promise<void> {
  await ctx.connection
    .update(keyCeremonies)
    .set({ outcome, endedAt: ctx.now() })
    .where(and(eq(keyCeremonies.id, id), eq(keyCeremonies.organizationId, ctx.organizationId)));
}

async function loadEntryRows(ctx: Context, ceremonyId: string) {
  return ctx.connection
    .select()
    .from(keyCeremonyEntries)
    .where(
      and(
        eq(keyCeremonyEntries.ceremonyId, ceremonyId),
        eq(keyCeremonyEntries.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(keyCeremonyEntries.sequence));
}

/** What happened, in order. `brokenAt` is where its hashes stop fitting; null when they all do. */
export async function loadEntries(ctx: Context, ceremonyId: string) {
  const rows = await loadEntryRows(ctx, ceremonyId);
  return {
    entries: rows.map(({ body }) => JSON.parse(body) as CeremonyEntry),
    brokenAt: firstBreak(rows),
    head: rows.at(-1)?.hash ?? null,
  };
}

/** Adds a line; call it with the ceremony's row locked. */
export async function addEntry(ctx: Context, ceremonyId: string, entry: CeremonyEntry): Promise<void> {
  const rows = await loadEntryRows(ctx, ceremonyId);
  const previousHash = rows.at(-1)?.hash ?? CHAIN_START;
  const body = canonicalJson({ ...entry });
  const { organizationId } = ctx;
  const hash = linkHash(previousHash, body);
  await ctx.connection
    .insert(keyCeremonyEntries)
    .values({ organizationId, ceremonyId, sequence: rows.length, body, previousHash, hash });
}
