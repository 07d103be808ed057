import { and, eq, gt } from "drizzle-orm";
import {
  authenticators,
  passkeys,
  recipientAccessCodes,
  recipientChecks,
  recipientSessions,
} from "#db/schema/checks.ts";
import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";

export type CheckRow = typeof recipientChecks.$inferSelect;
export type SessionRow = typeof recipientSessions.$inferSelect;
export type AuthenticatorRow = typeof authenticators.$inferSelect;

const ofRecipient = (ctx: Context, id: RecipientId) =>
  and(eq(recipientChecks.recipientId, id), eq(recipientChecks.organizationId, ctx.organizationId));

/** The row of somebody's check, locked until the transaction ends: one try at a time. */
export async function lockCheck(ctx: Context, recipientId: RecipientId): Promise<CheckRow> {
  const { organizationId } = ctx;
  await ctx.connection.insert(recipientChecks).values({ organizationId, recipientId }).onConflictDoNothing();
  const [row] = await ctx.connection
    .select()
    .from(recipientChecks)
    .where(ofRecipient(ctx, recipientId))
    .for("update");
  return row!;
}

export async function findCheck(ctx: Context, recipientId: RecipientId): Promise<CheckRow | null> {
  const [row] = await ctx.connection.select().from(recipientChecks).where(ofRecipient(ctx, recipientId));
  return row ?? null;
}

export async function changeCheck(
  ctx: Context,
  recipientId: RecipientId,
  change: Partial<typeof recipientChecks.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(recipientChecks).set(change).where(ofRecipient(ctx, recipientId));
}

/** What went out to somebody where they were reached before shows nothing of them from now on. Part of a verb. */
export const voidCodes = (ctx: Context, recipientId: RecipientId): Promise<void> =>
  changeCheck(ctx, recipientId, {
    ...{ challengeId: null, method: null, requestedAt: null, codeHash: null, sentAt: null },
    ...{ expiresAt: null, failure: null },
  });

export async function loadAccessCodeHash(ctx: Context, recipientId: RecipientId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ codeHash: recipientAccessCodes.codeHash })
    .from(recipientAccessCodes)
    .where(
      and(
        eq(recipientAccessCodes.recipientId, recipientId),
        eq(recipientAccessCodes.organizationId, ctx.organizationId),
      ),
    );
  return row?.codeHash ?? null;
}

const ofPerson = (ctx: Context, personKey: Uint8Array) =>
  and(eq(authenticators.personKey, personKey), eq(authenticators.organizationId, ctx.organizationId));

/** @param lock until the transaction ends. */
export async function findAuthenticator(
  ctx: Context,
  personKey: Uint8Array,
  lock = false,
): Promise<AuthenticatorRow | null> {
  const find = ctx.connection.select().from(authenticators).where(ofPerson(ctx, personKey));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function saveAuthenticator(
  ctx: Context,
  row: typeof authenticators.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(authenticators).values(row).onConflictDoNothing();
}

export async function changeAuthenticator(
  ctx: Context,
  personKey: Uint8Array,
  change: Partial<typeof authenticators.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(authenticators).set(change).where(ofPerson(ctx, personKey));
}

/** The app and every passkey of a person. */
export async function dropFactors(ctx: Context, personKey: Uint8Array): Promise<void> {
  await ctx.connection.delete(authenticators).where(ofPerson(ctx, personKey));
  await ctx.connection.delete(passkeys).where(ofPasskeys(ctx, personKey));
}

/** Puts one session in the place of another. */
export async function saveSession(
  ctx: Context,
  row: typeof recipientSessions.$inferInsert,
  before: Uint8Array | null,
): Promise<void> {
  if (before) await endSession(ctx, before);
  await ctx.connection.insert(recipientSessions).values(row);
}

export async function endSession(ctx: Context, sessionSha256: Uint8Array): Promise<void> {
  await ctx.connection
    .delete(recipientSessions)
    .where(
      and(
        eq(recipientSessions.sessionSha256, sessionSha256),
        eq(recipientSessions.organizationId, ctx.organizationId),
      ),
    );
}

/** @returns false when it has ended meanwhile. */
export async function prolongSession(
  ctx: Context,
  sessionSha256: Uint8Array,
  expiresAt: Date,
): Promise<boolean> {
  const changed = await ctx.connection
    .update(recipientSessions)
    .set({ expiresAt })
    .where(
      and(
        eq(recipientSessions.sessionSha256, sessionSha256),
        eq(recipientSessions.organizationId, ctx.organizationId),
        gt(recipientSessions.expiresAt, ctx.now()),
      ),
    )
    .returning({ expiresAt: recipientSessions.expiresAt });
  return changed.length > 0;
}

/** A browser in which somebody has shown something for this link, as long as it counts. */
export async function findSession(
  ctx: Context,
  sessionSha256: Uint8Array,
  tokenSha256: Uint8Array,
): Promise<SessionRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(recipientSessions)
    .where(
      and(
        eq(recipientSessions.sessionSha256, sessionSha256),
        eq(recipientSessions.tokenSha256, tokenSha256),
        eq(recipientSessions.organizationId, ctx.organizationId),
        gt(recipientSessions.expiresAt, ctx.now()),
      ),
    );
  return row ?? null;
}

export type PasskeyRow = typeof passkeys.$inferSelect;

const ofPasskeys = (ctx: Context, personKey: Uint8Array) =>
  and(eq(passkeys.personKey, personKey), eq(passkeys.organizationId, ctx.organizationId));

export async function loadPasskeys(ctx: Context, personKey: Uint8Array): Promise<PasskeyRow[]> {
  return ctx.connection.select().from(passkeys).where(ofPasskeys(ctx, personKey));
}

/** One of a person's, locked until the transaction ends: a count goes up one at a time. */
export async function lockPasskey(
  ctx: Context,
  personKey: Uint8Array,
  credentialId: Uint8Array,
): Promise<PasskeyRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(passkeys)
    .where(and(ofPasskeys(ctx, personKey), eq(passkeys.credentialId, credentialId)))
    .for("update");
  return row ?? null;
}

/** @returns whether it was theirs. */
export async function dropPasskey(
  ctx: Context,
  personKey: Uint8Array,
  credentialId: Uint8Array,
): Promise<boolean> {
  const rows = await ctx.connection
    .delete(passkeys)
    .where(and(ofPasskeys(ctx, personKey), eq(passkeys.credentialId, credentialId)))
    .returning({ id: passkeys.credentialId });
  return rows.length > 0;
}

/** @returns whether nobody had it. */
export async function savePasskey(ctx: Context, row: typeof passkeys.$inferInsert): Promise<boolean> {
  const rows = await ctx.connection
    .insert(passkeys)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: passkeys.credentialId });
  return rows.length > 0;
}

export async function changePasskey(
  ctx: Context,
  credentialId: Uint8Array,
  change: Pick<PasskeyRow, "signCount" | "isSynced" | "usedAt">,
): Promise<void> {
  await ctx.connection
    .update(passkeys)
    .set(change)
    .where(and(eq(passkeys.credentialId, credentialId), eq(passkeys.organizationId, ctx.organizationId)));
}
