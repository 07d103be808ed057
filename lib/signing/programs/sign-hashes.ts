import { requireProgram } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError, decideRedemption } from "../core/program-signing.ts";
import { openedKey } from "./authorize-hashes.ts";
import { bodyOf, keyIdIn, signingIn } from "./program-request.ts";
import { askDesk, signAtDesk } from "./signing-desk.ts";
import { findAuthorization, moveAuthorization } from "./store.ts";

/**
 * Has a worker sign the hashes of an authorization, which ends with that whatever comes of it (CSC API 2.0 §11.10).
 *
 * @returns a signature for each hash, base64; in operation mode A what they are fetched with
 * @throws csc/malformed, credential-unknown, not-in-scope, authorization-unknown, authorization-expired,
 *   hash-not-authorized, credential-off, not-signed
 */
export async function signHashes(
  ctx: Context,
  request: unknown,
): Promise<{ readonly signatures: readonly string[] } | { readonly responseID: string }> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const keyId = keyIdIn(body);
  const responseID = toBase64Url(ctx.runtime.random(32));
  const { authorizationId, isLater } = await inTransaction(ctx, async (ctx) => {
    const { row } = await openedKey(ctx, programId, keyId);
    const algorithm = row.key.algorithm as KeyAlgorithm;
    const { sad, hashes, responseMs } = signingIn(body, algorithm);
    const found = await findAuthorization(ctx, programId, sha256(fromUtf8(sad)));
    if (!found) throw cscError("authorization-unknown", "no such authorization");
    decideRedemption(found, { keyId, algorithm, hashes }, ctx.now());
    const isOurs = await moveAuthorization(ctx, found.id, "open", {
      ...{ state: "redeemed", redeemedHashes: hashes },
      ...(responseMs !== null && {
        responseSha256: sha256(fromUtf8(responseID)),
        responseEndsAt: new Date(ctx.now().getTime() + responseMs),
      }),
    });
    if (!isOurs) throw cscError("authorization-unknown", "it was used in the meantime");
    return { authorizationId: found.id, isLater: responseMs !== null };
  });
  if (isLater) {
    await askDesk(ctx, authorizationId);
    return { responseID };
  }
  const { signatures, refusal } = await signAtDesk(ctx, authorizationId);
  if (refusal === "csc/credential-off") throw cscError("credential-off", `key ${keyId} signs no more`);
  if (!signatures) throw cscError("not-signed", `authorization ${authorizationId}: ${refusal}`);
  return { signatures };
}
