import { and, desc, eq, isNotNull, isNull, notInArray, sql } from "drizzle-orm";
import { archivePlaces } from "#db/schema/archives.ts";
import { identityProviders } from "#db/schema/checks.ts";
import { keyExports, vaultPassphrases } from "#db/schema/key-exports.ts";
import { keyProviderStates } from "#db/schema/key-providers.ts";
import { secretRotations } from "#db/schema/keys.ts";
import { programs } from "#db/schema/programs.ts";
import { workspaceRules } from "#db/schema/rules.ts";
import { broughtSeals } from "#db/schema/seals.ts";
import { sftpPlaces } from "#db/schema/sftp-places.ts";
import { signatureProviders } from "#db/schema/signature-providers.ts";
import type { Context } from "#lib/context.ts";

const own = <T extends { readonly organizationId: typeof programs.organizationId }>(ctx: Context, table: T) =>
  eq(table.organizationId, ctx.organizationId);

/** Passphrases of packed keys that still lie in the vault. */
export async function loadPackedPassphrases(ctx: Context) {
  return ctx.connection
    .select({ id: vaultPassphrases.exportId, name: keyExports.destination, at: vaultPassphrases.createdAt })
    .from(vaultPassphrases)
    .innerJoin(keyExports, eq(keyExports.id, vaultPassphrases.exportId))
    .where(
      and(
        eq(vaultPassphrases.organizationId, ctx.organizationId),
        isNotNull(vaultPassphrases.fileKey),
        isNull(vaultPassphrases.destroyedAt),
      ),
    );
}

export async function loadSftpKeys(ctx: Context) {
  return ctx.connection
    .select({ id: sftpPlaces.id, name: sftpPlaces.name, at: sftpPlaces.createdAt })
    .from(sftpPlaces)
    .where(and(eq(sftpPlaces.organizationId, ctx.organizationId), isNull(sftpPlaces.removedAt)));
}

export async function loadProgramSecrets(ctx: Context) {
  return ctx.connection
    .select({ id: programs.id, name: programs.name, at: programs.createdAt, pinHash: programs.pinHash })
    .from(programs)
    .where(and(own(ctx, programs), isNull(programs.closedAt)));
}

/** What log-ins at identity providers are made with. */
export async function loadProviderSecrets(ctx: Context) {
  return ctx.connection
    .select({
      ...{ id: identityProviders.method, name: identityProviders.name },
      at: sql<Date>`${identityProviders.secretChangedAt}`.mapWith(identityProviders.changedAt),
    })
    .from(identityProviders)
    .where(
      and(
        eq(identityProviders.organizationId, ctx.organizationId),
        isNotNull(identityProviders.secretChangedAt),
      ),
    );
}

/** What providers of signatures know us by. */
export async function loadSignatureProviderSecrets(ctx: Context) {
  const { id, name, secretChangedAt: at } = signatureProviders;
  return ctx.connection
    .select({ id, name, at })
    .from(signatureProviders)
    .where(
      and(eq(signatureProviders.organizationId, ctx.organizationId), isNull(signatureProviders.removedAt)),
    );
}

export async function loadWebhookSecrets(ctx: Context) {
  return ctx.connection
    .select({ id: workspaceRules.id, name: workspaceRules.name, at: workspaceRules.createdAt })
    .from(workspaceRules)
    .where(
      and(
        eq(workspaceRules.organizationId, ctx.organizationId),
        isNotNull(workspaceRules.sealedSecret),
        isNull(workspaceRules.removedAt),
      ),
    );
}

export async function loadArchiveSecrets(ctx: Context) {
  return ctx.connection
    .select({ id: archivePlaces.id, name: archivePlaces.bucket, at: archivePlaces.createdAt })
    .from(archivePlaces)
    .where(and(eq(archivePlaces.organizationId, ctx.organizationId), isNull(archivePlaces.removedAt)));
}

/** Credentials of a remote signing service that are told a PIN or a one-time code. */
export async function loadRemoteSeals(ctx: Context) {
  return ctx.connection
    .select({ id: broughtSeals.id, subject: broughtSeals.subject, at: broughtSeals.createdAt })
    .from(broughtSeals)
    .where(
      and(
        eq(broughtSeals.organizationId, ctx.organizationId),
        eq(broughtSeals.origin, "remote"),
        notInArray(broughtSeals.state, ["dropped", "replaced"]),
      ),
    );
}

/** What a worker's environment says of each place for keys; of a secret only that it is set. */
export async function loadPlaceSettings({ runtime }: Pick<Context, "runtime">) {
  return runtime.database.db
    .select({ provider: keyProviderStates.provider, settings: keyProviderStates.settings })
    .from(keyProviderStates);
}

export type RotationRow = typeof secretRotations.$inferSelect;

/** Every exchange, the newest first. */
export async function loadRotations(ctx: Context): Promise<RotationRow[]> {
  return ctx.connection
    .select()
    .from(secretRotations)
    .where(eq(secretRotations.organizationId, ctx.organizationId))
    .orderBy(desc(secretRotations.rotatedAt))
    .limit(1000);
}

export async function saveRotation(
  ctx: Context,
  row: Omit<typeof secretRotations.$inferInsert, "organizationId">,
): Promise<void> {
  await ctx.connection.insert(secretRotations).values({ organizationId: ctx.organizationId, ...row });
}
