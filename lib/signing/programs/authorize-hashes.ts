import { verify } from "@node-rs/argon2";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireProgram } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { AUTHORIZATION_SECONDS, countedPin, cscError, decideAuthorization } from "../core/program-signing.ts";
import { isUsable } from "./offered-key.ts";
import { authorizationIn, bodyOf, keyIdIn } from "./program-request.ts";
import {
  changeProgram,
  countAuthorized,
  type KeyRow,
  listProgramKeys,
  loadKeys,
  loadProgram,
  type ProgramRow,
  saveAuthorization,
} from "./store.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Allows the hashes of a request to be signed, once and within five minutes (CSC API 2.0 §11.6).
 *
 * @returns signature activation data: nobody but the program has it
 * @throws csc/malformed, credential-unknown, credential-off, not-in-scope, secret-refused, credential-locked,
 *   number-too-high, number-wrong, too-many
 */
export async function authorizeHashes(
  ctx: Context,
  request: unknown,
): Promise<{ readonly SAD: string; readonly expiresIn: number }> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const keyId = keyIdIn(body);
  const { program, row } = await inTransaction(ctx, (ctx) => openedKey(ctx, programId, keyId));
  if (!isUsable(row, ctx.now())) throw cscError("credential-off", `key ${keyId} signs no more`);
  if (program.redirectUri !== null) throw cscError("approval-needed", `program ${programId} asks a member`);
  const algorithm = row.key.algorithm as KeyAlgorithm;
  const { pin, ...asked } = authorizationIn(body, algorithm);
  await requirePin(ctx, program, pin);
  return allowHashes(ctx, { programId, keyId, algorithm, ...asked });
}

/** Part of a verb: what was asked, by whoever may, is allowed. @throws csc/number-too-high, number-wrong, too-many */
export async function allowHashes(
  ctx: Context,
  { programId, keyId, algorithm, approvedBy, ...asked }: AllowedHashes,
): Promise<{ readonly SAD: string; readonly expiresIn: number }> {
  const SAD = toBase64Url(ctx.runtime.random(32));
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    // Its row is held, so that all that it asks for at once is counted.
    const { perMinute } = (await loadProgram(ctx, programId, true))!;
    const askedInMinute = await countAuthorized(ctx, programId, new Date(at.getTime() - MINUTE_MS));
    decideAuthorization(asked, { perMinute, askedInMinute });
    const { hashes } = asked;
    const kept = {
      ...{
        organizationId: ctx.organizationId,
        id,
        programId,
        keyId,
        algorithm,
        hashes,
        state: "open" as const,
      },
      ...{ sadSha256: sha256(fromUtf8(SAD)), createdAt: at, startedAt: at },
      expiresAt: new Date(at.getTime() + AUTHORIZATION_SECONDS * 1000),
    };
    await saveAuthorization(ctx, kept, new Date(at.getTime() - DAY_MS));
    const data = {
      ...{ authorization: id, key: keyId, hashes: hashes.map((hash) => toHex(fromBase64(hash))) },
      ...{ program: programId, approvedBy: approvedBy ?? undefined },
    };
    await appendEvent(ctx, { type: "program-signing.authorized", envelopeId: null, data });
  });
  return { SAD, expiresIn: AUTHORIZATION_SECONDS };
}

interface AllowedHashes {
  readonly programId: string;
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  readonly hashes: readonly string[];
  readonly numSignatures: number;
  /** The member who let it sign, where one was asked. */
  readonly approvedBy?: MemberId;
}

/** A key that is open to the program, for signing. @throws csc/credential-unknown, not-in-scope, token-refused */
export async function openedKey(
  ctx: Context,
  programId: string,
  keyId: string,
): Promise<{ readonly program: ProgramRow; readonly row: KeyRow }> {
  const program = await loadProgram(ctx, programId);
  if (!program || program.closedAt) throw cscError("token-refused", `program ${programId} is gone`);
  if (!program.scopes.includes("sign")) throw cscError("not-in-scope", `${programId} may only look`);
  const isOpened = (await listProgramKeys(ctx, [programId])).some((one) => one.keyId === keyId);
  const row = isOpened && (await loadKeys(ctx)).find(({ key }) => key.id === keyId);
  if (!row) throw cscError("credential-unknown", `key ${keyId} is not open to ${programId}`);
  return { program, row };
}

/** Wrong ones are counted one after the other, however many come at once. */
async function requirePin(ctx: Context, { id, pinHash }: ProgramRow, pin: string | null): Promise<void> {
  if (pinHash === null) return;
  const { isLocked, isRight } = await inTransaction(ctx, async (ctx) => {
    const { wrongPins, isLocked, name } = (await loadProgram(ctx, id, true))!;
    if (isLocked) return { isLocked, isRight: false };
    const isRight = pin !== null && (await verify(pinHash, pin.normalize("NFKC")));
    const after = countedPin(wrongPins, isRight);
    if (!isRight || wrongPins > 0) await changeProgram(ctx, id, after);
    if (after.isLocked)
      await appendEvent(ctx, { type: "program.locked", envelopeId: null, data: { program: id, name } });
    return { isLocked: false, isRight };
  });
  if (isLocked) throw cscError("credential-locked", `program ${id} is locked`);
  if (!isRight) throw cscError("secret-refused", `a wrong PIN for program ${id}`);
}
