import { and, desc, eq, inArray, isNull, lte, ne, or } from "drizzle-orm";
import { certificates, signingKeys } from "#db/schema/envelopes.ts";
import { keyLookups, remoteListings } from "#db/schema/remote-seals.ts";
import { broughtSeals, importKeys, registeredCertificates } from "#db/schema/seals.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, MemberId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";

export type BroughtSealRow = typeof broughtSeals.$inferSelect;
export type RegisteredRow = typeof registeredCertificates.$inferSelect;

export async function saveBroughtSeal(ctx: Context, row: typeof broughtSeals.$inferInsert): Promise<void> {
  await ctx.connection.insert(broughtSeals).values(row);
}

/** Those that are not dropped, newest first. */
export async function listBroughtSeals(ctx: Context): Promise<BroughtSealRow[]> {
  return ctx.connection
    .select()
    .from(broughtSeals)
    .where(and(eq(broughtSeals.organizationId, ctx.organizationId), ne(broughtSeals.state, "dropped")))
    .orderBy(desc(broughtSeals.createdAt), desc(broughtSeals.id))
    .limit(50);
}

/** How every key that was brought or asked for came to be, dropped ones too. */
export async function loadKeyOrigins(ctx: Context) {
  const { provider, keyId, origin, createdAt } = broughtSeals;
  return ctx.connection
    .select({ provider, keyId, origin, createdAt })
    .from(broughtSeals)
    .where(eq(broughtSeals.organizationId, ctx.organizationId));
}

/** @throws signing/seal-not-found */
export async function loadBroughtSeal(ctx: Context, id: string, lock = false): Promise<BroughtSealRow> {
  const find = ctx.connection
    .select()
    .from(broughtSeals)
    .where(and(eq(broughtSeals.id, id), eq(broughtSeals.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row || row.state === "dropped") throw signingError("seal-not-found", `brought seal ${id}`);
  return row;
}

export async function changeBroughtSeal(
  ctx: Context,
  id: string,
  change: Partial<typeof broughtSeals.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(broughtSeals)
    .set({ ...change, changedAt: ctx.now() })
    .where(and(eq(broughtSeals.id, id), eq(broughtSeals.organizationId, ctx.organizationId)));
}

/** The one that seals documents; null when Whereof issued the seal. */
export async function findBroughtInUse(ctx: Context): Promise<BroughtSealRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(broughtSeals)
    .where(and(eq(broughtSeals.organizationId, ctx.organizationId), eq(broughtSeals.state, "active")));
  return row ?? null;
}

/** The brought seal, where its key may sign no more. */
export async function findBroughtBlocked(ctx: Context): Promise<BroughtSealRow | null> {
  const inUse = await findBroughtInUse(ctx);
  const key = inUse?.certificateId ? await loadKeyOf(ctx, inUse.certificateId) : null;
  return key?.blockedAt ? inUse : null;
}

/** Whether another was asked for by itself to take its place, even if that was given up. */
export async function isBeingRenewed(ctx: Context, id: string): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: broughtSeals.id })
    .from(broughtSeals)
    .where(and(eq(broughtSeals.organizationId, ctx.organizationId), eq(broughtSeals.renews, id)));
  return rows.length > 0;
}

/** The key that a certificate is for, as far as it may still sign. */
export async function loadKeyOf(ctx: Context, certificateId: CertificateId) {
  const [row] = await ctx.connection
    .select({ isActive: signingKeys.isActive, blockedAt: signingKeys.blockedAt })
    .from(signingKeys)
    .where(
      and(eq(signingKeys.certificateId, certificateId), eq(signingKeys.organizationId, ctx.organizationId)),
    )
    .orderBy(desc(signingKeys.createdAt))
    .limit(1);
  return row ?? null;
}

/** A key that is on record for a certificate already. */
export async function findKeyRow(ctx: Context, certificateId: CertificateId) {
  const [row] = await ctx.connection
    .select({ id: signingKeys.id })
    .from(signingKeys)
    .where(
      and(eq(signingKeys.certificateId, certificateId), eq(signingKeys.organizationId, ctx.organizationId)),
    )
    .orderBy(desc(signingKeys.createdAt))
    .limit(1);
  return row ?? null;
}

/** The brought key that a certificate is of; null for one of our own. */
export async function findBroughtBy(
  ctx: Context,
  certificateId: CertificateId,
): Promise<BroughtSealRow | null> {
  const { organizationId, state, certificateId: own } = broughtSeals;
  const [row] = await ctx.connection
    .select()
    .from(broughtSeals)
    .where(and(eq(organizationId, ctx.organizationId), eq(own, certificateId), ne(state, "dropped")))
    .limit(1);
  return row ?? null;
}

/** Keeps the list of brought keys in step with the one that was put in use, whosever certificate it has. */
export async function markInUse(ctx: Context, certificateId: CertificateId): Promise<void> {
  const inUse = await findBroughtInUse(ctx);
  const wanted = await findBroughtBy(ctx, certificateId);
  if (inUse && inUse.id !== wanted?.id) await changeBroughtSeal(ctx, inUse.id, { state: "replaced" });
  if (wanted && wanted.id !== inUse?.id) await changeBroughtSeal(ctx, wanted.id, { state: "active" });
}

/** None is the seal any more: neither in this list nor where the worker looks. */
export async function retireSeals(ctx: Context): Promise<void> {
  const { connection, organizationId } = ctx;
  await connection
    .update(broughtSeals)
    .set({ state: "replaced", changedAt: ctx.now() })
    .where(and(eq(broughtSeals.organizationId, organizationId), eq(broughtSeals.state, "active")));
  await connection
    .update(signingKeys)
    .set({ isActive: false })
    .where(and(eq(signingKeys.organizationId, organizationId), eq(signingKeys.isActive, true)));
}

export async function saveSealCertificate(
  ctx: Context,
  row: typeof certificates.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(certificates).values(row);
}

export async function saveSealKey(ctx: Context, row: typeof signingKeys.$inferInsert): Promise<void> {
  await ctx.connection.insert(signingKeys).values(row);
}

export async function saveRegistered(
  ctx: Context,
  row: typeof registeredCertificates.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(registeredCertificates).values(row);
}

/** Those in use, newest first. */
export async function listRegistered(ctx: Context): Promise<RegisteredRow[]> {
  return ctx.connection
    .select()
    .from(registeredCertificates)
    .where(
      and(
        eq(registeredCertificates.organizationId, ctx.organizationId),
        isNull(registeredCertificates.removedAt),
      ),
    )
    .orderBy(desc(registeredCertificates.createdAt), desc(registeredCertificates.id))
    .limit(200);
}

/** @returns what was removed; empty when it was not there. */
export async function removeRegistered(ctx: Context, ids: readonly string[]): Promise<RegisteredRow[]> {
  return ctx.connection
    .update(registeredCertificates)
    .set({ removedAt: ctx.now() })
    .where(
      and(
        inArray(registeredCertificates.id, [...ids]),
        eq(registeredCertificates.organizationId, ctx.organizationId),
        isNull(registeredCertificates.removedAt),
      ),
    )
    .returning();
}

/** One key for each member at a time; those whose time is over go. */
export async function saveImportKey(ctx: Context, row: typeof importKeys.$inferInsert): Promise<void> {
  const { organizationId, memberId, expiresAt } = importKeys;
  await ctx.connection
    .delete(importKeys)
    .where(
      and(eq(organizationId, ctx.organizationId), or(eq(memberId, row.memberId), lte(expiresAt, ctx.now()))),
    );
  await ctx.connection.insert(importKeys).values(row);
}

/** Takes the key away as it hands it out. @returns null where it was used before, or is another's */
export async function takeImportKey(ctx: Context, id: string, memberId: MemberId) {
  const [row] = await ctx.connection
    .delete(importKeys)
    .where(
      and(
        eq(importKeys.id, id),
        eq(importKeys.memberId, memberId),
        eq(importKeys.organizationId, ctx.organizationId),
      ),
    )
    .returning();
  return row ?? null;
}

export type KeyLookupRow = typeof keyLookups.$inferSelect;

export async function loadKeyLookup(ctx: Context, lock = false): Promise<KeyLookupRow | null> {
  const find = ctx.connection
    .select()
    .from(keyLookups)
    .where(eq(keyLookups.organizationId, ctx.organizationId));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

/** Begins a look-up anew; what was found before is gone. */
export async function saveKeyLookup(ctx: Context, row: typeof keyLookups.$inferInsert): Promise<void> {
  await ctx.connection
    .insert(keyLookups)
    .values(row)
    .onConflictDoUpdate({ target: keyLookups.organizationId, set: row });
}

/** Keeps the answer, unless it was asked anew in the meantime. @returns whether it was kept */
export async function answerKeyLookup(
  ctx: Context,
  askedAt: Date,
  answer: Partial<typeof keyLookups.$inferInsert>,
): Promise<boolean> {
  const { organizationId, askedAt: asked, answeredAt } = keyLookups;
  const kept = await ctx.connection
    .update(keyLookups)
    .set(answer)
    .where(and(eq(organizationId, ctx.organizationId), eq(asked, askedAt), isNull(answeredAt)))
    .returning({ askedAt: asked });
  return kept.length > 0;
}

/** Every key of a place that the organization knows already, dropped ones not. */
export async function listKeyIds(ctx: Context, provider: string): Promise<ReadonlySet<string>> {
  const own = (table: typeof signingKeys | typeof broughtSeals) =>
    and(eq(table.organizationId, ctx.organizationId), eq(table.provider, provider));
  const made = await ctx.connection
    .select({ id: signingKeys.keyId })
    .from(signingKeys)
    .where(own(signingKeys));
  const brought = await ctx.connection
    .select({ id: broughtSeals.keyId })
    .from(broughtSeals)
    .where(and(own(broughtSeals), ne(broughtSeals.state, "dropped")));
  return new Set([...made, ...brought].flatMap(({ id }) => id ?? []));
}

export type RemoteListingRow = typeof remoteListings.$inferSelect;

export async function loadRemoteListing(ctx: Context): Promise<RemoteListingRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(remoteListings)
    .where(eq(remoteListings.organizationId, ctx.organizationId));
  return row ?? null;
}

/** Begins a listing anew; what was listed before is gone. */
export async function saveRemoteListing(
  ctx: Context,
  row: typeof remoteListings.$inferInsert,
): Promise<void> {
  await ctx.connection
    .insert(remoteListings)
    .values(row)
    .onConflictDoUpdate({ target: remoteListings.organizationId, set: row });
}

/** Keeps the answer, unless it was asked anew in the meantime. @returns whether it was kept */
export async function answerRemoteListing(
  ctx: Context,
  askedAt: Date,
  answer: Partial<typeof remoteListings.$inferInsert>,
): Promise<boolean> {
  const kept = await ctx.connection
    .update(remoteListings)
    .set(answer)
    .where(
      and(
        eq(remoteListings.organizationId, ctx.organizationId),
        eq(remoteListings.askedAt, askedAt),
        isNull(remoteListings.answeredAt),
      ),
    )
    .returning({ askedAt: remoteListings.askedAt });
  return kept.length > 0;
}
