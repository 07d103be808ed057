import { and, asc, eq, gt, inArray, isNull, lte, or } from "drizzle-orm";
import { certificates } from "#db/schema/envelopes.ts";
import {
  authorizationAttempts,
  signaturePolicies,
  signatureProviders,
  signerAuthorizations,
} from "#db/schema/signature-providers.ts";
import { trustListServices, trustLists } from "#db/schema/trust-lists.ts";
import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";

export type ProviderRow = typeof signatureProviders.$inferSelect;
export type AuthorizationRow = typeof signerAuthorizations.$inferSelect;

const own = (ctx: Context, id: string) =>
  and(eq(signatureProviders.id, id), eq(signatureProviders.organizationId, ctx.organizationId));

/** Those in use, oldest first. */
export async function listProviders(ctx: Context): Promise<ProviderRow[]> {
  return ctx.connection
    .select()
    .from(signatureProviders)
    .where(
      and(eq(signatureProviders.organizationId, ctx.organizationId), isNull(signatureProviders.removedAt)),
    )
    .orderBy(asc(signatureProviders.createdAt));
}

/** Also one that was removed: who was sent there comes back. @throws signing/provider-not-found */
export async function loadProvider(ctx: Context, id: string): Promise<ProviderRow> {
  const [row] = await ctx.connection.select().from(signatureProviders).where(own(ctx, id));
  if (!row) throw signingError("provider-not-found", `provider ${id}`);
  return row;
}

export async function saveProvider(ctx: Context, row: typeof signatureProviders.$inferInsert): Promise<void> {
  await ctx.connection
    .insert(signatureProviders)
    .values(row)
    .onConflictDoUpdate({ target: signatureProviders.id, set: row });
}

export async function changeProvider(
  ctx: Context,
  id: string,
  change: Partial<typeof signatureProviders.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(signatureProviders).set(change).where(own(ctx, id));
}

export async function findPolicy(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(signaturePolicies)
    .where(eq(signaturePolicies.organizationId, ctx.organizationId));
  return row ?? null;
}

export async function savePolicy(
  ctx: Context,
  row: Omit<typeof signaturePolicies.$inferInsert, "organizationId">,
): Promise<void> {
  await ctx.connection
    .insert(signaturePolicies)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoUpdate({ target: signaturePolicies.organizationId, set: row });
}

const ofRecipient = (ctx: Context, recipientId: RecipientId) =>
  and(
    eq(signerAuthorizations.recipientId, recipientId),
    eq(signerAuthorizations.organizationId, ctx.organizationId),
  );

export async function findAuthorization(
  ctx: Context,
  recipientId: RecipientId,
  lock = false,
): Promise<AuthorizationRow | null> {
  const find = ctx.connection.select().from(signerAuthorizations).where(ofRecipient(ctx, recipientId));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function saveAuthorization(
  ctx: Context,
  row: typeof signerAuthorizations.$inferInsert,
): Promise<void> {
  await ctx.connection
    .insert(signerAuthorizations)
    .values(row)
    .onConflictDoUpdate({ target: signerAuthorizations.recipientId, set: row });
}

export async function changeAuthorization(
  ctx: Context,
  recipientId: RecipientId,
  change: Partial<typeof signerAuthorizations.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(signerAuthorizations)
    .set({ ...change, changedAt: ctx.now() })
    .where(ofRecipient(ctx, recipientId));
}

export async function saveAttempt(
  ctx: Context,
  row: typeof authorizationAttempts.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(authorizationAttempts).values(row);
}

/** Uses an attempt up: whoever comes second finds none. */
export async function takeAttempt(ctx: Context, stateSha256: Uint8Array) {
  const [row] = await ctx.connection
    .update(authorizationAttempts)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(authorizationAttempts.stateSha256, stateSha256),
        eq(authorizationAttempts.organizationId, ctx.organizationId),
        isNull(authorizationAttempts.usedAt),
      ),
    )
    .returning();
  return row ?? null;
}

/** A certificate of another's for a person; one that is on the record stays as it is. */
export async function recordCertificate(
  ctx: Context,
  row: typeof certificates.$inferInsert & { readonly authorityId: null },
): Promise<void> {
  await ctx.connection.insert(certificates).values(row).onConflictDoNothing({ target: certificates.id });
}

/** Services for signatures on the trust lists that were imported, as of now, by the names of those they are. DER each. */
export async function loadListedIssuers(ctx: Context, names: readonly string[]): Promise<Uint8Array[]> {
  if (names.length === 0) return [];
  const now = ctx.now();
  const rows = await ctx.connection
    .select({ der: trustListServices.certificateDer })
    .from(trustListServices)
    .innerJoin(trustLists, eq(trustLists.id, trustListServices.listId))
    .where(
      and(
        eq(trustListServices.organizationId, ctx.organizationId),
        isNull(trustLists.removedAt),
        eq(trustListServices.use, "signing"),
        inArray(trustListServices.subject, [...names]),
        or(isNull(trustListServices.grantedFrom), lte(trustListServices.grantedFrom, now)),
        or(isNull(trustListServices.grantedUntil), gt(trustListServices.grantedUntil, now)),
      ),
    )
    .limit(50);
  return rows.map(({ der }) => der);
}
