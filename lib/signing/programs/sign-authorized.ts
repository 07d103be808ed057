import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromBase64, toBase64, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { cscError } from "../core/program-signing.ts";
import { noteKeyUse } from "../note-key-use.ts";
import { isUsable } from "./offered-key.ts";
import { type AuthorizationRow, type KeyRow, loadKeys, moveAuthorization } from "./store.ts";

/**
 * Signs the hashes that an authorization was redeemed for. It is taken first and never given back: a worker that is
 * interrupted leaves it as it is, and nobody signs by it again.
 *
 * @returns false when another worker has it, or nobody waits any more
 */
export async function signAuthorized(
  ctx: WorkerContext,
  input: { readonly authorizationId: string },
): Promise<boolean> {
  requireSystem(ctx);
  const taken = await inTransaction(ctx, (ctx) =>
    moveAuthorization(ctx, input.authorizationId, "redeemed", { state: "signing" }),
  );
  if (!taken) return false;
  try {
    const row = await usableKey(ctx, taken.keyId);
    const signatures = await signAll(ctx, row, taken);
    await inTransaction(ctx, (ctx) => keepSignatures(ctx, taken, row, signatures));
  } catch (error) {
    await inTransaction(ctx, (ctx) => keepFailure(ctx, taken, error));
    ctx.runtime.log.error({ err: error, authorization: taken.id }, "hashes of a program not signed");
  }
  return true;
}

/** @throws csc/credential-off: it may have been blocked since the hashes were authorized */
async function usableKey(ctx: WorkerContext, keyId: string): Promise<KeyRow> {
  const row = (await inTransaction(ctx, loadKeys)).find(({ key }) => key.id === keyId);
  if (!row || !isUsable(row, ctx.now())) throw cscError("credential-off", `key ${keyId} signs no more`);
  return row;
}

async function signAll(
  ctx: WorkerContext,
  { key }: KeyRow,
  { redeemedHashes, algorithm }: AuthorizationRow,
): Promise<string[]> {
  const opened = await ctx.runtime.keys.provider(key.provider).open(key.keyId, algorithm);
  const { signDigest } = opened;
  if (!signDigest) throw cscError("credential-off", `key ${key.id} signs no ready hashes`);
  const signatures = await Promise.all(redeemedHashes!.map((hash) => signDigest(fromBase64(hash))));
  return signatures.map(toBase64);
}

async function keepSignatures(
  ctx: WorkerContext,
  { id, programId, redeemedHashes, algorithm }: AuthorizationRow,
  { key, certificate }: KeyRow,
  signatures: readonly string[],
): Promise<void> {
  await moveAuthorization(ctx, id, "signing", { state: "signed", signatures });
  for (const hash of redeemedHashes!) {
    const digestHex = toHex(fromBase64(hash));
    // What a program makes of a bare signature has no time-stamp of ours.
    const made = { certificateId: certificate.id, digestHex, level: "B-B" } as const;
    await noteKeyUse(ctx, { kind: "program", subjectId: programId, envelopeId: null, ...made });
    await appendEvent(ctx, {
      type: "program-signature.made",
      envelopeId: null,
      data: {
        ...{ program: programId, authorization: id, key: key.id, certificate: certificate.sha256 },
        ...{ algorithm, hash: digestHex },
      },
    });
  }
}

async function keepFailure(ctx: WorkerContext, row: AuthorizationRow, error: unknown): Promise<void> {
  const refusal = error instanceof AppError ? error.code : "internal";
  const failed = await moveAuthorization(ctx, row.id, "signing", { state: "failed", refusal });
  if (!failed) return;
  const data = { program: row.programId, authorization: row.id, key: row.keyId, refusal };
  await appendEvent(ctx, { type: "program-signing.failed", envelopeId: null, data });
}
