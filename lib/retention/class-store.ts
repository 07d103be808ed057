import { and, asc, count, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { envelopeRetention, retentionClasses } from "#db/schema/retention.ts";
import { templates, templateVersions } from "#db/schema/templates.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { retentionError } from "./errors.ts";
import { type EnvelopeRow, own } from "./store.ts";

export type ClassRow = typeof retentionClasses.$inferSelect;

/** A class that nobody wants to keep for less. */
export const NOTHING_ASKED = {
  askedYears: null,
  askedCountsFrom: null,
  askedAction: null,
  askedBy: null,
} as const;

/** Those in use, by name. */
export async function loadClasses(ctx: Context): Promise<ClassRow[]> {
  return ctx.connection
    .select()
    .from(retentionClasses)
    .where(and(own(ctx, retentionClasses), isNull(retentionClasses.retiredAt)))
    .orderBy(asc(sql`lower(${retentionClasses.name})`));
}

/** @param lock until the transaction ends. @throws retention/not-found */
export async function loadClass(ctx: Context, id: string, lock = false): Promise<ClassRow> {
  const find = ctx.connection
    .select()
    .from(retentionClasses)
    .where(and(eq(retentionClasses.id, id), own(ctx, retentionClasses)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw retentionError("not-found", `class ${id}`);
  return row;
}

const UNIQUE_VIOLATION = "23505";

/** @throws retention/class-name-taken */
export async function saveClass(ctx: Context, row: typeof retentionClasses.$inferInsert): Promise<void> {
  await uniquely(ctx.connection.insert(retentionClasses).values(row), row.name);
}

/** @throws retention/class-name-taken */
export async function changeClassRow(
  ctx: Context,
  id: string,
  change: Partial<typeof retentionClasses.$inferInsert>,
): Promise<void> {
  const write = ctx.connection
    .update(retentionClasses)
    .set(change)
    .where(and(eq(retentionClasses.id, id), own(ctx, retentionClasses)));
  await uniquely(write, id);
}

async function uniquely(write: PromiseLike<unknown>, name: string): Promise<void> {
  try {
    await write;
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code === UNIQUE_VIOLATION) throw retentionError("class-name-taken", name);
    throw error;
  }
}

/** Leaves no other default for this end. */
export async function clearDefault(ctx: Context, trigger: ClassRow["trigger"], but: string): Promise<void> {
  await ctx.connection
    .update(retentionClasses)
    .set({ isDefault: false })
    .where(
      and(own(ctx, retentionClasses), eq(retentionClasses.trigger, trigger), ne(retentionClasses.id, but)),
    );
}

/** How many envelopes each class was chosen for and not destroyed yet. */
export async function countChosen(ctx: Context): Promise<Map<string, number>> {
  const rows = await ctx.connection
    .select({ classId: envelopeRetention.classId, found: count() })
    .from(envelopeRetention)
    .innerJoin(envelopes, eq(envelopes.id, envelopeRetention.envelopeId))
    .where(and(own(ctx, envelopeRetention), isNull(envelopes.purgedAt), eq(envelopes.isTemplate, false)))
    .groupBy(envelopeRetention.classId);
  return new Map(rows.map(({ classId, found }) => [classId, found]));
}

/** Whether a template in use gives it to what is made from it. */
export async function isInTemplates(ctx: Context, classId: string): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: templates.id })
    .from(templates)
    .innerJoin(
      templateVersions,
      and(
        eq(templateVersions.templateId, templates.id),
        eq(templateVersions.number, templates.currentVersion),
      ),
    )
    .where(and(own(ctx, templates), isNull(templates.retiredAt), eq(templateVersions.classId, classId)))
    .limit(1);
  return rows.length > 0;
}

/** Whether the template an envelope is made from says of which class it is. */
export async function isOfTemplate(
  ctx: Context,
  { templateId, templateVersion }: Pick<EnvelopeRow, "templateId" | "templateVersion">,
): Promise<boolean> {
  if (!templateId || templateVersion === null) return false;
  const rows = await ctx.connection
    .select({ number: templateVersions.number })
    .from(templateVersions)
    .where(
      and(
        own(ctx, templateVersions),
        eq(templateVersions.templateId, templateId),
        eq(templateVersions.number, templateVersion),
        isNotNull(templateVersions.classId),
      ),
    );
  return rows.length > 0;
}

/** Retired or not: what was chosen stays. */
export async function loadChosenClass(ctx: Context, envelopeId: EnvelopeId): Promise<ClassRow | null> {
  const [row] = await ctx.connection
    .select({ chosen: retentionClasses })
    .from(envelopeRetention)
    .innerJoin(retentionClasses, eq(retentionClasses.id, envelopeRetention.classId))
    .where(and(eq(envelopeRetention.envelopeId, envelopeId), own(ctx, envelopeRetention)));
  return row?.chosen ?? null;
}

export async function chooseClassRow(
  ctx: Context,
  row: { readonly envelopeId: EnvelopeId; readonly classId: string | null; readonly chosenBy: MemberId },
): Promise<void> {
  const { envelopeId, classId, chosenBy } = row;
  await ctx.connection
    .update(envelopes)
    .set({ classId: classId ?? sql`${envelopes.sentClassId}` })
    .where(and(eq(envelopes.id, envelopeId), own(ctx, envelopes)));
  if (classId === null) {
    await ctx.connection
      .delete(envelopeRetention)
      .where(and(eq(envelopeRetention.envelopeId, envelopeId), own(ctx, envelopeRetention)));
    return;
  }
  const set = { classId, chosenBy, chosenAt: ctx.now() };
  await ctx.connection
    .insert(envelopeRetention)
    .values({ organizationId: ctx.organizationId, envelopeId, ...set })
    .onConflictDoUpdate({ target: envelopeRetention.envelopeId, set });
}
