import { and, desc, eq, gt, inArray, isNull, lt, type SQL, sql } from "drizzle-orm";
import { certificates, signingKeys } from "#db/schema/envelopes.ts";
import { issuedSerials } from "#db/schema/installation.ts";
import {
  programAuthorizations,
  programCodes,
  programKeys,
  programs,
  programTokens,
} from "#db/schema/programs.ts";
import type { Context } from "#lib/context.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type ProgramRow = typeof programs.$inferSelect;
export type AuthorizationRow = typeof programAuthorizations.$inferSelect;

/** Whose program this is; null when there is none. */
export async function findProgram(runtime: Runtime, id: string): Promise<OrganizationId | null> {
  const [row] = await runtime.database.db.execute<{ id: OrganizationId }>(
    sql`select find_program(${id}::uuid) as id`,
  );
  return row?.id ?? null;
}

export async function findProgramToken(
  runtime: Runtime,
  tokenSha256: Uint8Array,
): Promise<{ organizationId: OrganizationId; programId: string } | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; program_id: string }>(
    sql`select * from find_program_token(${Buffer.from(tokenSha256)})`,
  );
  return row ? { organizationId: row.organization_id, programId: row.program_id } : null;
}

const own = (ctx: Context, id: string) =>
  and(eq(programs.id, id), eq(programs.organizationId, ctx.organizationId));

export async function saveProgram(
  ctx: Context,
  row: typeof programs.$inferInsert,
  keyIds: readonly string[],
): Promise<void> {
  await ctx.connection.insert(programs).values(row);
  const { organizationId, id: programId } = row;
  await ctx.connection
    .insert(programKeys)
    .values(keyIds.map((keyId) => ({ organizationId, programId, keyId })));
}

export async function loadProgram(ctx: Context, id: string, lock = false): Promise<ProgramRow | null> {
  const find = ctx.connection.select().from(programs).where(own(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function changeProgram(
  ctx: Context,
  id: string,
  change: Partial<typeof programs.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(programs).set(change).where(own(ctx, id));
}

/** Those that are let in or were until their day, newest first. */
export async function listPrograms(ctx: Context) {
  const mine = eq(programs.organizationId, ctx.organizationId);
  return ctx.connection
    .select()
    .from(programs)
    .where(and(mine, isNull(programs.closedAt)))
    .orderBy(desc(programs.createdAt))
    .limit(100);
}

export async function listProgramKeys(ctx: Context, programIds: readonly string[]) {
  if (programIds.length === 0) return [];
  return ctx.connection
    .select({ programId: programKeys.programId, keyId: programKeys.keyId })
    .from(programKeys)
    .where(
      and(
        eq(programKeys.organizationId, ctx.organizationId),
        inArray(programKeys.programId, [...programIds]),
      ),
    );
}

/** Keys with their certificates, and whether those were revoked; newest first. */
export async function loadKeys(ctx: Context) {
  return ctx.connection
    .select({ key: signingKeys, certificate: certificates, revokedAt: issuedSerials.revokedAt })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.authorityId, certificates.authorityId),
        eq(issuedSerials.serial, certificates.serial),
      ),
    )
    .where(eq(signingKeys.organizationId, ctx.organizationId))
    .orderBy(desc(signingKeys.createdAt))
    .limit(100);
}

export type KeyRow = Awaited<ReturnType<typeof loadKeys>>[number];

export async function saveToken(ctx: Context, row: typeof programTokens.$inferInsert): Promise<void> {
  const { connection } = ctx;
  await connection
    .delete(programTokens)
    .where(and(eq(programTokens.programId, row.programId), lt(programTokens.expiresAt, ctx.now())));
  await connection.insert(programTokens).values(row);
}

export async function loadToken(ctx: Context, tokenSha256: Uint8Array) {
  const [row] = await ctx.connection
    .select()
    .from(programTokens)
    .where(eq(programTokens.tokenSha256, tokenSha256));
  return row ?? null;
}

/** @returns whether there was one of that program. */
export async function endToken(ctx: Context, programId: string, tokenSha256: Uint8Array): Promise<boolean> {
  const ended = await ctx.connection
    .delete(programTokens)
    .where(and(eq(programTokens.programId, programId), eq(programTokens.tokenSha256, tokenSha256)))
    .returning({ programId: programTokens.programId });
  return ended.length > 0;
}

export async function endTokens(ctx: Context, programId: string): Promise<void> {
  await ctx.connection.delete(programTokens).where(eq(programTokens.programId, programId));
}

/** Signatures a program has had authorized since; one that extends another counts for none. */
export async function countAuthorized(ctx: Context, programId: string, since: Date): Promise<number> {
  const [row] = await ctx.connection
    .select({
      hashes: sql<number>`coalesce(sum(jsonb_array_length(${programAuthorizations.hashes})), 0)`.mapWith(
        Number,
      ),
    })
    .from(programAuthorizations)
    .where(
      and(
        eq(programAuthorizations.programId, programId),
        gt(programAuthorizations.startedAt, since),
        eq(programAuthorizations.startedAt, programAuthorizations.createdAt),
      ),
    );
  return row!.hashes;
}

/** Keeps an authorization, and forgets those of the program that ended before `endedBefore`: the log has them. */
export async function saveAuthorization(
  ctx: Context,
  row: typeof programAuthorizations.$inferInsert,
  endedBefore: Date,
): Promise<void> {
  const { connection } = ctx;
  await connection
    .delete(programAuthorizations)
    .where(
      and(
        eq(programAuthorizations.programId, row.programId),
        lt(programAuthorizations.expiresAt, endedBefore),
      ),
    );
  await connection.insert(programAuthorizations).values(row);
}

export async function findAuthorization(
  ctx: Context,
  programId: string,
  sadSha256: Uint8Array,
): Promise<AuthorizationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(programAuthorizations)
    .where(
      and(
        eq(programAuthorizations.sadSha256, sadSha256),
        eq(programAuthorizations.programId, programId),
        eq(programAuthorizations.organizationId, ctx.organizationId),
      ),
    );
  return row ?? null;
}

export async function loadAuthorization(ctx: Context, id: string): Promise<AuthorizationRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(programAuthorizations)
    .where(
      and(eq(programAuthorizations.id, id), eq(programAuthorizations.organizationId, ctx.organizationId)),
    );
  return row ?? null;
}

/** Takes an authorization from one state to the next. @returns null when it was not, or is no longer, in that state */
export async function moveAuthorization(
  ctx: Context,
  id: string,
  from: AuthorizationRow["state"],
  change: Partial<typeof programAuthorizations.$inferInsert>,
): Promise<AuthorizationRow | null> {
  const [row] = await ctx.connection
    .update(programAuthorizations)
    .set(change)
    .where(
      and(
        eq(programAuthorizations.id, id),
        eq(programAuthorizations.organizationId, ctx.organizationId),
        eq(programAuthorizations.state, from),
      ),
    )
    .returning();
  return row ?? null;
}

/** Keeps a code, and forgets those of the program that have ended. */
export async function saveCode(ctx: Context, row: typeof programCodes.$inferInsert): Promise<void> {
  const { connection } = ctx;
  await connection
    .delete(programCodes)
    .where(and(eq(programCodes.programId, row.programId), lt(programCodes.expiresAt, ctx.now())));
  await connection.insert(programCodes).values(row);
}

/** Uses a code up: whoever comes second finds none. */
export async function takeCode(ctx: Context, programId: string, codeSha256: Uint8Array) {
  const [row] = await ctx.connection
    .update(programCodes)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(programCodes.codeSha256, codeSha256),
        eq(programCodes.programId, programId),
        eq(programCodes.organizationId, ctx.organizationId),
        isNull(programCodes.usedAt),
        gt(programCodes.expiresAt, ctx.now()),
      ),
    )
    .returning();
  return row ?? null;
}

export async function changeAuthorization(
  ctx: Context,
  id: string,
  change: Partial<typeof programAuthorizations.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(programAuthorizations)
    .set(change)
    .where(
      and(eq(programAuthorizations.id, id), eq(programAuthorizations.organizationId, ctx.organizationId)),
    );
}

const findBy = async (ctx: Context, programId: string, its: SQL): Promise<AuthorizationRow | null> => {
  const own = eq(programAuthorizations.organizationId, ctx.organizationId);
  const [row] = await ctx.connection
    .select()
    .from(programAuthorizations)
    .where(and(its, eq(programAuthorizations.programId, programId), own))
    .for("update");
  return row ?? null;
};

/** What a program asks a member's word for; held until the transaction ends. */
export const findAsked = (ctx: Context, programId: string, handleSha256: Uint8Array) =>
  findBy(ctx, programId, eq(programAuthorizations.handleSha256, handleSha256));

/** What signatures are kept for; held until the transaction ends. */
export const findResponse = (ctx: Context, programId: string, responseSha256: Uint8Array) =>
  findBy(ctx, programId, eq(programAuthorizations.responseSha256, responseSha256));

/** What programs wait for a member's word for, the oldest first. */
export async function listAsked(ctx: Context): Promise<AuthorizationRow[]> {
  return ctx.connection
    .select()
    .from(programAuthorizations)
    .where(
      and(
        eq(programAuthorizations.organizationId, ctx.organizationId),
        eq(programAuthorizations.state, "asked"),
        gt(programAuthorizations.expiresAt, ctx.now()),
      ),
    )
    .orderBy(programAuthorizations.createdAt)
    .limit(50);
}
