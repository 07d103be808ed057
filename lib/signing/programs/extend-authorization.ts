import { appendEvent } from "#lib/audit/append-event.ts";
import { requireProgram } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError, decideExtension } from "../core/program-signing.ts";
import { openedKey } from "./authorize-hashes.ts";
import { isUsable } from "./offered-key.ts";
import { bodyOf, extensionIn, keyIdIn } from "./program-request.ts";
import { findAuthorization, moveAuthorization, saveAuthorization } from "./store.ts";

const DAY_MS = 86_400_000;

/**
 * A new SAD in place of one that has not ended, for what is left of its hashes (CSC API 2.0 §11.9): those that a
 * program did not have signed with the first. The earlier one is good for nothing from then on. No hash is added, and
 * none is signed twice.
 *
 * @throws csc/malformed, credential-unknown, credential-off, credential-locked, not-in-scope, token-refused,
 *   authorization-unknown, authorization-expired, hash-not-authorized
 */
export async function extendAuthorization(
  ctx: Context,
  request: unknown,
): Promise<{ readonly SAD: string; readonly expiresIn: number }> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const keyId = keyIdIn(body);
  const SAD = toBase64Url(ctx.runtime.random(32));
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  return inTransaction(ctx, async (ctx) => {
    const { program, row } = await openedKey(ctx, programId, keyId);
    if (program.isLocked) throw cscError("credential-locked", `program ${programId} is locked`);
    if (!isUsable(row, at)) throw cscError("credential-off", `key ${keyId} signs no more`);
    const algorithm = row.key.algorithm as KeyAlgorithm;
    const { sad, hashes } = extensionIn(body, algorithm);
    const before = await findAuthorization(ctx, programId, sha256(fromUtf8(sad)));
    if (!before) throw cscError("authorization-unknown", "no such authorization");
    const { left, expiresAt } = decideExtension(before, { keyId, algorithm, hashes }, at);
    // Whoever else uses or extends it at the same time finds it taken.
    const isOurs = await moveAuthorization(ctx, before.id, before.state, { state: "extended" });
    if (!isOurs) throw cscError("authorization-unknown", "it was used in the meantime");
    const { organizationId, startedAt } = before;
    await saveAuthorization(
      ctx,
      {
        ...{ organizationId, id, programId, keyId, algorithm, hashes: left, state: "open" },
        ...{ sadSha256: sha256(fromUtf8(SAD)), createdAt: at, startedAt, expiresAt },
      },
      new Date(at.getTime() - DAY_MS),
    );
    const data = {
      ...{ authorization: id, earlier: before.id, key: keyId },
      hashes: left.map((hash) => toHex(fromBase64(hash))),
    };
    await appendEvent(ctx, { type: "program-signing.extended", envelopeId: null, data });
    return { SAD, expiresIn: Math.floor((expiresAt.getTime() - at.getTime()) / 1000) };
  });
}
