import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { equalBytes, fromHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { databaseVault } from "#lib/pki/key-vault.ts";
import { type KeyAlgorithm, keysError, type SigningKey } from "#lib/ports/keys.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { whenGone } from "./make-seal-key.ts";
import { type BroughtSealRow, changeBroughtSeal, loadBroughtSeal } from "./store.ts";

/**
 * Takes an imported key on into the token it is meant for. What was kept of it meanwhile, under the master key, is
 * forgotten then; the record says where it is and that it cannot be taken out.
 *
 * @throws keys/unavailable, keys/key-not-taken: tried again later, and the page says what it waits for
 */
export async function placeImported(ctx: WorkerContext, input: { readonly sealId: string }): Promise<void> {
  requireSystem(ctx);
  const { sealId } = input;
  const row = await inTransaction(ctx, (ctx) => loadBroughtSeal(ctx, sealId)).catch(whenGone);
  if (row?.origin !== "import" || row.state !== "key-wanted") return;
  const key = await take(ctx, row).catch(async (error: unknown) => {
    if (isRefusal(error)) {
      const { code } = error;
      await inTransaction(ctx, (ctx) => changeBroughtSeal(ctx, sealId, { waitingFor: code }));
    }
    throw error;
  });
  const provider = row.wantedProvider!;
  const isPlaced = await inTransaction(ctx, async (ctx) => {
    const now = await loadBroughtSeal(ctx, sealId, true).catch(whenGone);
    if (now?.state !== "key-wanted") return false;
    await changeBroughtSeal(ctx, sealId, { state: "certified", provider, keyId: key.id, waitingFor: null });
    // The provider has asked the token for these before it handed the key out.
    const flags = { isExtractable: false, isSensitive: true, mayHaveCopies: true };
    const data = { seal: sealId, provider, key: key.id, algorithm: row.algorithm, ...flags };
    await appendEvent(ctx, { type: "seal-key.placed", envelopeId: null, data });
    return true;
  });
  if (isPlaced) await databaseVault(ctx.runtime).forget(row.keyId!);
}

async function take(ctx: WorkerContext, { id, ...row }: BroughtSealRow): Promise<SigningKey> {
  const { keys } = ctx.runtime;
  const place = keys.provider(row.wantedProvider!);
  await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, place.name));
  if (!place.take) throw keysError("key-not-taken", `${place.name} takes no keys`);
  const pkcs8 = await keys.software.exportKey!(row.keyId!);
  const name = fromHex(row.keyId!.replaceAll("-", ""));
  const wanted = { algorithm: row.algorithm as KeyAlgorithm, label: `Whereof imported seal ${id}`, name };
  const key = await place.take(pkcs8, wanted).finally(() => pkcs8.fill(0));
  if (!equalBytes(key.publicKey, row.publicKey!))
    throw keysError("not-found", "the token has another key under this name");
  return key;
}
