import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import { type BackedUpKey, destroyAtOf, isBackupDue, type KeyBackup } from "../core/key-backup.ts";
import { loadSealKeys } from "../key-exports/store.ts";
import { loadPolicy } from "../keys/store.ts";
import { lockSeal } from "../store.ts";
import { changeBackup, loadBackup, loadBackups, loadOldBackups, saveBackup } from "./store.ts";

/**
 * Sets the organization's certificates and wrapped keys aside when the policy says so, and destroys what is older
 * than it allows. A wrapped key is as useless without the master key as it is in the database.
 */
export async function backUpKeys(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  await destroyOldBackups(ctx);
  await setKeysAside(ctx, isBackupDue);
}

/**
 * Sets them aside now, where it is due.
 *
 * @returns the backup's id; null when it was not due, or another worker made it
 */
export async function setKeysAside(ctx: WorkerContext, isDue: typeof isBackupDue): Promise<string | null> {
  requireSystem(ctx);
  const { policy, newest, rows } = await inTransaction(ctx, async (ctx) => ({
    policy: await loadPolicy(ctx),
    newest: (await loadBackups(ctx, 1))[0] ?? null,
    rows: await loadSealKeys(ctx),
  }));
  const createdAt = ctx.now();
  if (rows.length === 0 || !isDue(policy.backupEveryDays, newest?.createdAt ?? null, createdAt)) return null;
  const { files, random } = ctx.runtime;
  const vault = databaseVault(ctx.runtime);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const keys: BackedUpKey[] = [];
  for (const { key, certificate } of rows) {
    const sealed = key.provider === "software" ? await vault.load(key.keyId) : null;
    const { id, provider, keyId, algorithm, isActive, certificateId } = key;
    keys.push({
      ...{ id, provider, keyId, algorithm, isActive, certificateId, certificate: base64(certificate.der) },
      chain: (await certificatesAbove(ctx.runtime, certificate)).map(base64),
      wrapped: sealed && base64(sealed),
    });
  }
  const organization = ctx.organizationId;
  const format = "whereof-key-backup/1" as const;
  const backup: KeyBackup = { format, organization, createdAt: createdAt.toISOString(), keys };
  const bytes = fromUtf8(`${JSON.stringify(backup)}\n`);
  const id = uuidV7(createdAt.getTime(), random(10));
  const fileKey = `org/${organization}/key-backups/${id}-${toHex(random(4))}.json.enc`;
  const { sha256, sizeBytes } = await files.put(fileKey, [bytes], bytes.length);
  const wrappedKeys = keys.filter(({ wrapped }) => wrapped !== null).length;
  const isOurs = await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const [other] = await loadBackups(ctx, 1);
    if (!isDue(policy.backupEveryDays, other?.createdAt ?? null, createdAt)) return false;
    const facts = { fileKey, sha256, sizeBytes, wrappedKeys, otherKeys: keys.length - wrappedKeys };
    const destroyAt = destroyAtOf(createdAt, policy.backupKeepDays);
    await saveBackup(ctx, { organizationId: organization, id, ...facts, createdAt, destroyAt });
    const data = { backup: id, sha256, sizeBytes, wrappedKeys, otherKeys: facts.otherKeys };
    await appendEvent(ctx, {
      type: "key-backup.made",
      envelopeId: null,
      data: { ...data, destroyAt: destroyAt.toISOString() },
    });
    return true;
  });
  if (!isOurs) await files.delete(fileKey);
  return isOurs ? id : null;
}

/** Its file and data key are deleted first: what the record says has happened. */
async function destroyOldBackups(ctx: WorkerContext): Promise<void> {
  for (const { id, fileKey } of await inTransaction(ctx, loadOldBackups)) {
    await ctx.runtime.files.delete(fileKey);
    await inTransaction(ctx, (ctx) => recordDestruction(ctx, id));
  }
}

async function recordDestruction(ctx: Context, id: string): Promise<void> {
  const { destroyedAt, sha256, createdAt } = await loadBackup(ctx, id, true);
  if (destroyedAt) return;
  await changeBackup(ctx, id, { destroyedAt: ctx.now() });
  const data = { backup: id, sha256, createdAt: createdAt.toISOString() };
  await appendEvent(ctx, { type: "key-backup.destroyed", envelopeId: null, data });
}
