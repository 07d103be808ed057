import { and, asc, desc, eq, isNotNull, notExists, sql } from "drizzle-orm";
import { standing } from "#db/client.ts";
import { fieldFiles, fieldValues } from "#db/schema/envelopes.ts";
import { type KitEvent, offlineKits } from "#db/schema/offline.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, FieldId, RecipientId } from "#lib/ids.ts";

export type KitRow = typeof offlineKits.$inferSelect;
export type { KitEvent };

export async function saveKit(ctx: Context, row: typeof offlineKits.$inferInsert): Promise<void> {
  await ctx.connection.insert(offlineKits).values(row);
}

const one = (ctx: Context, id: string) =>
  and(eq(offlineKits.id, id), eq(offlineKits.organizationId, ctx.organizationId));

export async function loadKit(ctx: Context, id: string): Promise<KitRow | null> {
  const [row] = await ctx.connection.select().from(offlineKits).where(one(ctx, id));
  return row ?? null;
}

/** Locked until the transaction ends. */
export async function lockKit(ctx: Context, id: string): Promise<KitRow | null> {
  const [row] = await ctx.connection.select().from(offlineKits).where(one(ctx, id)).for("update");
  return row ?? null;
}

export async function changeKit(
  ctx: Context,
  id: string,
  change: Partial<typeof offlineKits.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(offlineKits).set(change).where(one(ctx, id));
}

/** Every kit of an envelope, in the order they were given. */
export async function loadKits(ctx: Context, envelopeId: EnvelopeId): Promise<KitRow[]> {
  return ctx.connection
    .select()
    .from(offlineKits)
    .where(and(eq(offlineKits.envelopeId, envelopeId), eq(offlineKits.organizationId, ctx.organizationId)))
    .orderBy(asc(offlineKits.issuedAt), asc(offlineKits.id));
}

const filesOf = (ctx: Context, kitId: string) =>
  and(eq(fieldFiles.kitId, kitId), eq(fieldFiles.organizationId, ctx.organizationId));

/** What was given on a kit's device without a network and has come in, in that order. */
export async function kitFiles(ctx: Context, kitId: string): Promise<(typeof fieldFiles.$inferSelect)[]> {
  return ctx.connection
    .select()
    .from(fieldFiles)
    .where(filesOf(ctx, kitId))
    .orderBy(asc(fieldFiles.addedAt), asc(fieldFiles.id));
}

/** Files of an envelope's kits that stand in no field now. */
export async function loadKeptFiles(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .select()
    .from(fieldFiles)
    .where(
      and(
        ...[eq(fieldFiles.envelopeId, envelopeId), eq(fieldFiles.organizationId, ctx.organizationId)],
        isNotNull(fieldFiles.kitId),
        notExists(
          ctx.connection
            .select({ one: sql`1` })
            .from(fieldValues)
            .where(
              and(
                eq(fieldValues.fieldId, fieldFiles.fieldId),
                eq(fieldValues.value, sql`${fieldFiles.id}::text`),
              ),
            ),
        ),
      ),
    )
    .orderBy(asc(fieldFiles.addedAt), asc(fieldFiles.id));
}

export async function findKitFile(
  ctx: Context,
  {
    kitId,
    fieldId,
    sha256,
    name,
  }: Record<"kitId" | "sha256" | "name", string> & { readonly fieldId: FieldId },
): Promise<typeof fieldFiles.$inferSelect | null> {
  const [row] = await ctx.connection
    .select()
    .from(fieldFiles)
    .where(
      and(
        ...[filesOf(ctx, kitId), eq(fieldFiles.fieldId, fieldId), eq(fieldFiles.sha256, sha256)],
        eq(fieldFiles.name, name),
      ),
    );
  return row ?? null;
}

export async function saveKitFile(ctx: Context, row: typeof fieldFiles.$inferInsert): Promise<void> {
  await ctx.connection.insert(fieldFiles).values(row);
}

const selectKept = standing<
  { readonly recipientId: RecipientId; readonly organizationId: Context["organizationId"] },
  KitRow[]
>((connection) =>
  connection
    .select()
    .from(offlineKits)
    .where(
      and(
        eq(offlineKits.recipientId, sql.placeholder("recipientId")),
        eq(offlineKits.organizationId, sql.placeholder("organizationId")),
        eq(offlineKits.state, "kept"),
      ),
    )
    .orderBy(desc(offlineKits.syncedAt))
    .limit(1),
);

/** The newest of a person's kits that holds what was not applied. */
export async function findKept(
  { connection, organizationId }: Context,
  recipientId: RecipientId,
): Promise<KitRow | null> {
  const [row] = await selectKept(connection, { recipientId, organizationId });
  return row ?? null;
}
