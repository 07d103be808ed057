import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { NameParts } from "#lib/pki/core/asn1/names.ts";
import { createCertificationRequest } from "#lib/pki/core/certificates/certification-request.ts";
import { type KeyAlgorithm, keysError } from "#lib/ports/keys.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { type BroughtSealRow, changeBroughtSeal, loadBroughtSeal } from "./store.ts";

/**
 * Makes the key that was asked for, and the request with which an authority certifies it.
 *
 * @throws keys/unavailable, keys/not-permitted: tried again later, and the page says what it waits for
 */
export async function makeSealKey(ctx: WorkerContext, input: { readonly sealId: string }): Promise<void> {
  requireSystem(ctx);
  const { sealId } = input;
  const wanted = await inTransaction(ctx, (ctx) => loadBroughtSeal(ctx, sealId)).catch(whenGone);
  if (wanted?.state !== "key-wanted") return;
  const made = await make(ctx, wanted).catch(async (error: unknown) => {
    if (isRefusal(error)) {
      const { code } = error;
      await inTransaction(ctx, (ctx) => changeBroughtSeal(ctx, sealId, { waitingFor: code }));
    }
    throw error;
  });
  const { key, requestDer, provider } = made;
  await inTransaction(ctx, async (ctx) => {
    const row = await loadBroughtSeal(ctx, sealId, true).catch(whenGone);
    if (row?.state !== "key-wanted") return;
    await changeBroughtSeal(ctx, sealId, {
      ...{ state: "key-made", provider, keyId: key.id },
      ...{ publicKey: key.publicKey, requestDer, waitingFor: null },
    });
    const data = {
      ...{ seal: sealId, provider, algorithm: key.algorithm },
      ...{ publicKeySha256: toHex(sha256(key.publicKey)), requestSha256: toHex(sha256(requestDer)) },
    };
    await appendEvent(ctx, { type: "seal-key.created", envelopeId: null, data });
  });
}

async function make(ctx: WorkerContext, row: BroughtSealRow) {
  const { id, algorithm, subject, wantedProvider } = row;
  const { keys } = ctx.runtime;
  if (row.keyId) return reopen(ctx, row);
  const place = wantedProvider ? keys.provider(wantedProvider) : keys.seals;
  await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, place.name));
  const key = await place.create(algorithm as KeyAlgorithm, `Whereof brought seal ${id}`);
  const requestDer = await createCertificationRequest(subject as NameParts, key);
  return { key, requestDer, provider: place.name };
}

/** A key that was there already: it must be the one that was seen when it was chosen. */
async function reopen(ctx: WorkerContext, { algorithm, subject, ...row }: BroughtSealRow) {
  const provider = row.provider!;
  await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, provider));
  const key = await ctx.runtime.keys.provider(provider).open(row.keyId!, algorithm as KeyAlgorithm);
  if (!equalBytes(key.publicKey, row.publicKey!))
    throw keysError("not-found", `${key.id} is another key than was chosen`);
  return { key, requestDer: await createCertificationRequest(subject as NameParts, key), provider };
}

/** It was dropped before its turn came. */
export function whenGone(error: unknown): null {
  if (isRefusal(error, "signing/seal-not-found")) return null;
  throw error;
}
