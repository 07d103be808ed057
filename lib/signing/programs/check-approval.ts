import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireProgram } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { AUTHORIZATION_SECONDS, cscError, requirePatience } from "../core/program-signing.ts";
import { signingError } from "../errors.ts";
import { type Allowed, openedKey } from "./authorize-hashes.ts";
import { Pending } from "./csc-words.ts";
import { isUsable } from "./offered-key.ts";
import { bodyOf, handleIn } from "./program-request.ts";
import { changeAuthorization, findAsked, loadAuthorization, moveAuthorization } from "./store.ts";

/**
 * Whether a member has allowed what a program asked for (CSC API 2.0 §11.7). The signature activation data is given
 * once; the handle is good for nothing after it.
 *
 * @throws csc/malformed, handle-unknown, polled-too-soon, approval-refused, credential-off, credential-locked,
 *   credential-unknown, not-in-scope
 */
export async function checkApproval(ctx: Context, request: unknown): Promise<Allowed | Pending> {
  const { programId } = requireProgram(ctx);
  const handle = handleIn(bodyOf(request));
  const at = ctx.now();
  const answer = await inTransaction(ctx, async (ctx) => {
    const asked = await findAsked(ctx, programId, sha256(fromUtf8(handle)));
    if (!asked || asked.expiresAt <= at || !["asked", "allowed", "refused"].includes(asked.state))
      throw cscError("handle-unknown", asked ? `it is ${asked.state}` : "no such handle");
    requirePatience(asked.polledAt, at);
    const { program, row } = await openedKey(ctx, programId, asked.keyId);
    if (program.isLocked) throw cscError("credential-locked", `program ${programId} is locked`);
    if (!isUsable(row, at)) throw cscError("credential-off", `key ${asked.keyId} signs no more`);
    if (asked.state === "asked") {
      await changeAuthorization(ctx, asked.id, { polledAt: at });
      return null;
    }
    if (asked.state === "refused") return "refused" as const;
    const SAD = toBase64Url(ctx.runtime.random(32));
    const expiresAt = new Date(at.getTime() + AUTHORIZATION_SECONDS * 1000);
    const given = { state: "open", sadSha256: sha256(fromUtf8(SAD)), handleSha256: null, expiresAt } as const;
    const isOurs = await moveAuthorization(ctx, asked.id, "allowed", given);
    if (!isOurs) throw cscError("handle-unknown", "it was used in the meantime");
    const data = {
      ...{ authorization: asked.id, key: asked.keyId, program: programId },
      hashes: asked.hashes.map((hash) => toHex(fromBase64(hash))),
      approvedBy: asked.approvedBy ?? undefined,
    };
    await appendEvent(ctx, { type: "program-signing.authorized", envelopeId: null, data });
    return SAD;
  });
  if (answer === "refused") throw cscError("approval-refused", "a member said no");
  return answer === null ? new Pending({ handle }) : { SAD: answer, expiresIn: AUTHORIZATION_SECONDS };
}

const Decision = z.object({ authorizationId: z.uuid(), isAllowed: z.boolean() });

/** Lets a program have just these hashes signed, or not. @throws signing/program-asks-no-more */
export async function decideAsked(ctx: Context, input: z.input<typeof Decision>): Promise<void> {
  const { memberId } = requirePermission(ctx, "key.manage");
  const { authorizationId, isAllowed } = Decision.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadAuthorization(ctx, authorizationId);
    if (row?.state !== "asked" || row.expiresAt <= ctx.now())
      throw signingError("program-asks-no-more", `authorization ${authorizationId} is ${row?.state}`);
    const expiresAt = new Date(ctx.now().getTime() + AUTHORIZATION_SECONDS * 1000);
    const isOurs = await moveAuthorization(ctx, row.id, "asked", {
      ...{ state: isAllowed ? "allowed" : "refused", approvedBy: isAllowed ? memberId : null },
      ...{ expiresAt, polledAt: null },
    });
    if (!isOurs) throw signingError("program-asks-no-more", `${authorizationId} was decided`);
    const data = {
      ...{ program: row.programId, authorization: row.id, key: row.keyId, scope: "credential" },
      hashes: row.hashes.map((hash) => toHex(fromBase64(hash))),
    };
    const type = isAllowed ? "program-signing.approved" : "program-signing.refused";
    await appendEvent(ctx, { type, envelopeId: null, data });
  });
}
