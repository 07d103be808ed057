import { requireProgram } from "#lib/authorize.ts";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { cscError, requirePatience } from "../core/program-signing.ts";
import { bodyOf, requestIdIn } from "./program-request.ts";
import { askDesk } from "./signing-desk.ts";
import { changeAuthorization, findResponse } from "./store.ts";

/**
 * The signatures that a program had made without waiting for them (CSC API 2.0 §11.12). A worker that was not there is
 * told again each time it asks.
 *
 * @returns a signature for each hash, base64, as often as it is asked until they are kept no longer
 * @throws csc/malformed, request-unknown, polled-too-soon, not-yet-signed, credential-off, not-signed
 */
export async function pollSignatures(
  ctx: Context,
  request: unknown,
): Promise<{ readonly signatures: readonly string[] }> {
  const { programId } = requireProgram(ctx);
  const requestId = requestIdIn(bodyOf(request));
  const at = ctx.now();
  const found = await inTransaction(ctx, async (ctx) => {
    const row = await findResponse(ctx, programId, sha256(fromUtf8(requestId)));
    if (!row?.responseEndsAt || row.responseEndsAt <= at)
      throw cscError("request-unknown", row ? "kept no longer" : "no such request");
    requirePatience(row.polledAt, at);
    await changeAuthorization(ctx, row.id, { polledAt: at });
    return row;
  });
  const { id, state, signatures, refusal, keyId } = found;
  if (signatures) return { signatures };
  if (state === "redeemed") await askDesk(ctx, id);
  if (state === "redeemed" || state === "signing") throw cscError("not-yet-signed", `it is ${state}`);
  if (refusal === "csc/credential-off") throw cscError("credential-off", `key ${keyId} signs no more`);
  throw cscError("not-signed", `authorization ${id}: ${refusal}`);
}
