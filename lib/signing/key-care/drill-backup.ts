import { z } from "zod";
import type { SealCheck } from "#db/schema/seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { sha256, toHex, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { type KeyAlgorithm, type SigningKey, signingKeyPurpose } from "#lib/ports/keys.ts";
import { type BackedUpKey, drillKeyOf, type KeyBackup } from "../core/key-backup.ts";
import { signingError } from "../errors.ts";
import { changePolicy } from "../keys/store.ts";
import { trySealing } from "../try-sealing.ts";
import { changeBackup, loadBackup } from "./store.ts";

const Policy = z.object({
  backupEveryDays: z.number().int().min(1).max(31).nullable(),
  backupKeepDays: z.number().int().min(30).max(90),
});

/** Settles how often wrapped keys are set aside, and after how many days that is destroyed: 30 to 90. */
export async function setBackupPolicy(ctx: Context, input: z.input<typeof Policy>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const policy = Policy.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, policy);
    await appendEvent(ctx, { type: "key-backup.planned", envelopeId: null, data: { ...policy } });
  });
}

const Id = z.object({ backupId: z.uuid() });

/** Has the worker restore a backup and sign with what was in it. @throws signing/not-found, backup-not-there */
export async function askDrill(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  const { name } = requirePermission(ctx, "key.manage");
  const { backupId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    if ((await loadBackup(ctx, backupId)).destroyedAt)
      throw signingError("backup-not-there", `backup ${backupId}`);
    const data = { backup: backupId, by: name };
    await appendEvent(ctx, { type: "key-backup.drill-asked", envelopeId: null, data });
  });
}

/**
 * Reads a backup back, opens a key out of it as after a disaster, and seals a test document with that key and the
 * certificate beside it: neither comes from the database. A drill that fails is on record as one that did.
 *
 * @throws keys/unavailable, timestamps/unavailable
 */
export async function drillBackup(
  ctx: WorkerContext,
  input: { readonly backupId: string; readonly by: string },
): Promise<void> {
  requireSystem(ctx);
  const { backupId, by } = input;
  const row = await inTransaction(ctx, (ctx) => loadBackup(ctx, backupId));
  if (row.destroyedAt) return;
  const { checks, documentSha256 } = await restoreAndSign(ctx, row);
  await inTransaction(ctx, async (ctx) => {
    await changeBackup(ctx, backupId, { drilledAt: ctx.now(), drilledBy: by, checks });
    const passed = checks.every(({ isGood }) => isGood);
    const data = { backup: backupId, passed, document: documentSha256 };
    await appendEvent(ctx, { type: "key-backup.drilled", envelopeId: null, data });
  });
}

async function restoreAndSign(
  ctx: WorkerContext,
  { fileKey, sha256: wanted }: { readonly fileKey: string; readonly sha256: string },
): Promise<{ checks: SealCheck[]; documentSha256: string | null }> {
  const file = await ctx.runtime.files.open(fileKey);
  const bytes = file.read(0, file.size);
  file.close();
  const found = toHex(sha256(bytes));
  const whole: SealCheck = { code: "backup", isGood: found === wanted, wanted, found };
  if (!whole.isGood) return { checks: [whole], documentSha256: null };
  const key = drillKeyOf(JSON.parse(toUtf8(bytes)) as KeyBackup);
  if (!key) return { checks: [whole], documentSha256: null };
  const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));
  const { checks, documentSha256 } = await trySealing(ctx, {
    open: () => openBackedUp(ctx, key),
    certificateId: key.certificateId as CertificateId,
    certificateDer: fromBase64(key.certificate),
    chain: key.chain.map(fromBase64),
  });
  return { checks: [whole, ...checks], documentSha256 };
}

async function openBackedUp(ctx: WorkerContext, key: BackedUpKey): Promise<SigningKey> {
  const { keys, openSecret } = ctx.runtime;
  const algorithm = key.algorithm as KeyAlgorithm;
  if (key.wrapped === null) return keys.provider(key.provider).open(key.keyId, algorithm);
  const wrapped = new Uint8Array(Buffer.from(key.wrapped, "base64"));
  const pkcs8 = await openSecret(signingKeyPurpose(key.keyId), wrapped);
  try {
    return keys.given(pkcs8, algorithm);
  } finally {
    pkcs8.fill(0);
  }
}
