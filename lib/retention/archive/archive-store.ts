import { and, asc, count, desc, eq, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { archivedFiles, archivedRecords, archivePlaces, archives } from "#db/schema/archives.ts";
import { envelopes } from "#db/schema/envelopes.ts";
import { evidencePackages } from "#db/schema/evidence.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { own } from "../store.ts";

export type PlaceRow = typeof archivePlaces.$inferSelect;
export type ArchiveRow = typeof archives.$inferSelect;
export type ArchivedFileRow = typeof archivedFiles.$inferSelect;

/** The place in use; null when none was chosen. */
export async function findPlace(ctx: Context): Promise<PlaceRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(archivePlaces)
    .where(and(own(ctx, archivePlaces), isNull(archivePlaces.removedAt)));
  return row ?? null;
}

/** Also one that was replaced: its copies are still there. */
export async function loadPlaceOf(ctx: Context, id: string): Promise<PlaceRow> {
  const [row] = await ctx.connection
    .select()
    .from(archivePlaces)
    .where(and(own(ctx, archivePlaces), eq(archivePlaces.id, id)));
  return row!;
}

export async function savePlace(ctx: Context, row: typeof archivePlaces.$inferInsert): Promise<void> {
  await ctx.connection.insert(archivePlaces).values(row);
}

export async function changePlace(
  ctx: Context,
  id: string,
  change: Partial<typeof archivePlaces.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(archivePlaces)
    .set(change)
    .where(and(own(ctx, archivePlaces), eq(archivePlaces.id, id)));
}

export async function findArchive(ctx: Context, envelopeId: EnvelopeId): Promise<ArchiveRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(archives)
    .where(and(own(ctx, archives), eq(archives.envelopeId, envelopeId)));
  return row ?? null;
}

export async function saveArchive(ctx: Context, row: typeof archives.$inferInsert): Promise<void> {
  const { organizationId: _, envelopeId: __, ...change } = row;
  await ctx.connection
    .insert(archives)
    .values(row)
    .onConflictDoUpdate({ target: archives.envelopeId, set: change });
}

export async function changeArchive(
  ctx: Context,
  envelopeId: EnvelopeId,
  change: Partial<typeof archives.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(archives)
    .set(change)
    .where(and(own(ctx, archives), eq(archives.envelopeId, envelopeId)));
}

export async function loadFiles(ctx: Context, envelopeId: EnvelopeId): Promise<ArchivedFileRow[]> {
  return ctx.connection
    .select()
    .from(archivedFiles)
    .where(and(own(ctx, archivedFiles), eq(archivedFiles.envelopeId, envelopeId)))
    .orderBy(asc(archivedFiles.name));
}

export async function saveFile(ctx: Context, row: typeof archivedFiles.$inferInsert): Promise<void> {
  const { objectKey, versionId, sha256, sizeBytes, storedAt } = row;
  await ctx.connection
    .insert(archivedFiles)
    .values(row)
    .onConflictDoUpdate({
      target: [archivedFiles.envelopeId, archivedFiles.name],
      set: { objectKey, versionId, sha256, sizeBytes, storedAt },
    });
}

/** Completed, with its evidence package built, and not archived. */
const isWaiting = and(
  eq(envelopes.state, "completed"),
  isNull(envelopes.purgedAt),
  isNull(envelopes.deletedAt),
  sql`not exists (select from archives a where a.envelope_id = ${envelopes.id} and a.archived_at is not null)`,
);

/** What can be archived now, longest complete first; what was refused waits twice as long each time, six hours at most. */
export async function loadArchivable(ctx: Context, now: Date, limit: number): Promise<EnvelopeId[]> {
  const waits = sql`a.tried_at + least(interval '6 hours', interval '1 minute' * power(2, least(a.tries, 10)))`;
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(
      and(
        own(ctx, envelopes),
        isWaiting,
        sql`exists (select from ${evidencePackages} p where p.envelope_id = ${envelopes.id}
          and p.variant = 'full' and p.state = 'ready')`,
        sql`not exists (select from archives a where a.envelope_id = ${envelopes.id}
          and ${waits} > ${now.toISOString()}::timestamptz)`,
      ),
    )
    .orderBy(asc(envelopes.endedAt))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Completed before a moment, and not archived: what the late list holds, longest complete first. */
export async function loadUnarchived(ctx: Context, before: Date, limit: number, start = 0) {
  return ctx.connection
    .select({ envelope: envelopes, archive: archives })
    .from(envelopes)
    .leftJoin(archives, eq(archives.envelopeId, envelopes.id))
    .where(and(own(ctx, envelopes), isWaiting, lt(envelopes.endedAt, before)))
    .orderBy(asc(envelopes.endedAt), asc(envelopes.id))
    .limit(limit)
    .offset(start);
}

export async function countArchives(ctx: Context, lateBefore: Date) {
  const late = sql`${envelopes.endedAt} < ${lateBefore.toISOString()}::timestamptz`;
  const [waiting] = await ctx.connection
    .select({ all: count(), late: sql<number>`count(*) filter (where ${late})::int` })
    .from(envelopes)
    .where(and(own(ctx, envelopes), isWaiting));
  const [stored] = await ctx.connection
    .select({
      archived: count(),
      locked: sql<number>`count(*) filter (where ${archives.lockedUntil} is not null)::int`,
      broken: sql<number>`count(*) filter (where ${archives.finding} is not null)::int`,
    })
    .from(archives)
    .where(and(own(ctx, archives), isNotNull(archives.archivedAt), isNull(archives.removedAt)));
  return { ...stored!, waiting: waiting!.all, late: waiting!.late };
}

/** Those whose copies are not what was stored first, then the newest. */
export async function loadArchived(ctx: Context, limit: number, start: number) {
  return ctx.connection
    .select({ archive: archives, shortId: envelopes.shortId, title: envelopes.title })
    .from(archives)
    .innerJoin(envelopes, eq(envelopes.id, archives.envelopeId))
    .where(and(own(ctx, archives), isNotNull(archives.archivedAt), isNull(archives.removedAt)))
    .orderBy(sql`${archives.finding} is null`, desc(archives.archivedAt), asc(archives.envelopeId))
    .limit(limit)
    .offset(start);
}

/** Archived envelopes whose copies were not looked at since a moment, longest ago first. */
export async function loadUnchecked(ctx: Context, before: Date, limit: number): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: archives.envelopeId })
    .from(archives)
    .innerJoin(envelopes, eq(envelopes.id, archives.envelopeId))
    .where(
      and(
        own(ctx, archives),
        isNotNull(archives.archivedAt),
        isNull(archives.removedAt),
        isNull(envelopes.purgedAt),
        or(isNull(archives.checkedAt), lt(archives.checkedAt, before)),
      ),
    )
    .orderBy(sql`${archives.checkedAt} nulls first`)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Archived envelopes whose lock, hold or copies may have to follow what happened to them here. */
export async function loadKept(ctx: Context) {
  return ctx.connection
    .select({ archive: archives, envelope: envelopes })
    .from(archives)
    .innerJoin(envelopes, eq(envelopes.id, archives.envelopeId))
    .where(and(own(ctx, archives), isNotNull(archives.archivedAt), isNull(archives.removedAt)))
    .orderBy(asc(archives.envelopeId));
}

export async function hasRecord(
  ctx: Context,
  { kind, subject }: Pick<typeof archivedRecords.$inferSelect, "kind" | "subject">,
): Promise<boolean> {
  const rows = await ctx.connection
    .select({ subject: archivedRecords.subject })
    .from(archivedRecords)
    .where(
      and(own(ctx, archivedRecords), eq(archivedRecords.kind, kind), eq(archivedRecords.subject, subject)),
    );
  return rows.length > 0;
}

/** @returns whether it was not there yet. */
export async function saveRecord(ctx: Context, row: typeof archivedRecords.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(archivedRecords)
    .values(row)
    .onConflictDoNothing()
    .returning({ subject: archivedRecords.subject });
  return saved.length > 0;
}

/** Copies of the organization's own records, oldest first. */
export async function loadRecords(ctx: Context) {
  return ctx.connection
    .select()
    .from(archivedRecords)
    .where(own(ctx, archivedRecords))
    .orderBy(asc(archivedRecords.storedAt));
}
