import { and, asc, desc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import { certificates, signingKeys } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { custodyRecords, custodySignatures, keyExports, vaultPassphrases } from "#db/schema/key-exports.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";

export type KeyExportRow = typeof keyExports.$inferSelect;
export type CustodyRow = typeof custodyRecords.$inferSelect;

/** The organization's keys with their certificates, the one in use first. */
export async function loadSealKeys(ctx: Context) {
  return ctx.connection
    .select({ key: signingKeys, certificate: certificates })
    .from(signingKeys)
    .innerJoin(certificates, eq(certificates.id, signingKeys.certificateId))
    .where(eq(signingKeys.organizationId, ctx.organizationId))
    .orderBy(desc(signingKeys.isActive), desc(signingKeys.createdAt));
}

export async function loadSealKey(ctx: Context, id: string) {
  const found = (await loadSealKeys(ctx)).find(({ key }) => key.id === id);
  if (!found) throw signingError("not-found", `key ${id}`);
  return found;
}

export async function loadExports(ctx: Context): Promise<KeyExportRow[]> {
  return ctx.connection
    .select()
    .from(keyExports)
    .where(eq(keyExports.organizationId, ctx.organizationId))
    .orderBy(desc(keyExports.requestedAt), desc(keyExports.id))
    .limit(200);
}

/** Every request for one of these keys, the oldest first. */
export async function loadExportsOf(ctx: Context, signingKeyIds: readonly string[]): Promise<KeyExportRow[]> {
  return ctx.connection
    .select()
    .from(keyExports)
    .where(
      and(
        inArray(keyExports.signingKeyId, [...signingKeyIds]),
        eq(keyExports.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(keyExports.requestedAt), asc(keyExports.id));
}

/** @param lock until the transaction ends. @throws signing/not-found */
export async function loadExport(ctx: Context, id: string, lock = false): Promise<KeyExportRow> {
  const find = ctx.connection
    .select()
    .from(keyExports)
    .where(and(eq(keyExports.id, id), eq(keyExports.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw signingError("not-found", `export ${id}`);
  return row;
}

/**
 * One that is neither refused nor gone stands in the way of another of the same key, and so does one that was taken and
 * of which nobody says that it arrived.
 */
export async function findOpenExport(ctx: Context, signingKeyId: string): Promise<KeyExportRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(keyExports)
    .where(
      and(
        eq(keyExports.signingKeyId, signingKeyId),
        eq(keyExports.organizationId, ctx.organizationId),
        isNull(keyExports.refusedAt),
        or(isNull(keyExports.destroyedAt), and(isNotNull(keyExports.takenAt), isNull(keyExports.receivedAt))),
      ),
    )
    .orderBy(desc(keyExports.requestedAt))
    .limit(1);
  return row ?? null;
}

/** Built files of ours that may have to go. */
export async function loadBuiltExports(ctx: Context): Promise<KeyExportRow[]> {
  return ctx.connection
    .select()
    .from(keyExports)
    .where(
      and(
        eq(keyExports.organizationId, ctx.organizationId),
        isNull(keyExports.destroyedAt),
        isNotNull(keyExports.builtAt),
      ),
    );
}

export async function saveExport(ctx: Context, row: typeof keyExports.$inferInsert): Promise<void> {
  await ctx.connection.insert(keyExports).values(row);
}

export async function changeExport(
  ctx: Context,
  id: string,
  change: Partial<typeof keyExports.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(keyExports)
    .set(change)
    .where(and(eq(keyExports.id, id), eq(keyExports.organizationId, ctx.organizationId)));
}

export interface Person {
  readonly id: MemberId;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly isRemoved: boolean;
}

/** Everybody who ever was a member. */
export async function loadPeople(ctx: Context): Promise<Person[]> {
  return ctx.connection
    .select({
      id: members.id,
      name: accounts.name,
      email: accounts.email,
      role: members.role,
      isRemoved: sql<boolean>`${members.removedAt} is not null`,
    })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(members.organizationId, ctx.organizationId))
    .orderBy(asc(accounts.name));
}

export async function loadOrganizationName(
  ctx: Context,
): Promise<{ name: string; allowsKeyExport: boolean }> {
  const [row] = await ctx.connection
    .select({ name: organizations.name, settings: organizations.settings })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return { name: row?.name ?? "", allowsKeyExport: row?.settings.allowsKeyExport ?? false };
}

export async function loadCustody(ctx: Context, exportId: string): Promise<CustodyRow[]> {
  return ctx.connection
    .select()
    .from(custodyRecords)
    .where(and(eq(custodyRecords.exportId, exportId), eq(custodyRecords.organizationId, ctx.organizationId)))
    .orderBy(asc(custodyRecords.sequence));
}

export async function saveCustody(ctx: Context, row: typeof custodyRecords.$inferInsert): Promise<void> {
  await ctx.connection.insert(custodyRecords).values(row);
}

export type VaultRow = typeof vaultPassphrases.$inferSelect;

export async function saveVaultEntry(ctx: Context, row: typeof vaultPassphrases.$inferInsert): Promise<void> {
  await ctx.connection.insert(vaultPassphrases).values(row);
}

/** The entry of an export's passphrase. @param lock until the transaction ends. @throws signing/not-found */
export async function loadVaultEntry(ctx: Context, exportId: string, lock = false): Promise<VaultRow> {
  const find = ctx.connection
    .select()
    .from(vaultPassphrases)
    .where(
      and(eq(vaultPassphrases.exportId, exportId), eq(vaultPassphrases.organizationId, ctx.organizationId)),
    );
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw signingError("not-found", `passphrase of export ${exportId}`);
  return row;
}

/** The newest entries, with what they open. */
export async function loadVault(ctx: Context, limit: number) {
  return ctx.connection
    .select({ entry: vaultPassphrases, export: keyExports })
    .from(vaultPassphrases)
    .innerJoin(keyExports, eq(keyExports.id, vaultPassphrases.exportId))
    .where(eq(vaultPassphrases.organizationId, ctx.organizationId))
    .orderBy(desc(vaultPassphrases.createdAt))
    .limit(limit);
}

export async function changeVaultEntry(
  ctx: Context,
  exportId: string,
  change: Partial<typeof vaultPassphrases.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(vaultPassphrases)
    .set(change)
    .where(
      and(eq(vaultPassphrases.exportId, exportId), eq(vaultPassphrases.organizationId, ctx.organizationId)),
    );
}

export async function loadLineSignatures(ctx: Context, exportId: string) {
  return ctx.connection
    .select()
    .from(custodySignatures)
    .where(
      and(eq(custodySignatures.exportId, exportId), eq(custodySignatures.organizationId, ctx.organizationId)),
    )
    .orderBy(asc(custodySignatures.at));
}

export async function saveLineSignature(
  ctx: Context,
  row: Omit<typeof custodySignatures.$inferInsert, "organizationId">,
): Promise<void> {
  await ctx.connection.insert(custodySignatures).values({ organizationId: ctx.organizationId, ...row });
}
