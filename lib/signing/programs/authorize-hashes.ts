import { verify } from "@node-rs/argon2";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireProgram } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import {
  APPROVAL_SECONDS,
  AUTHORIZATION_SECONDS,
  countedPin,
  cscError,
  decideAuthorization,
} from "../core/program-signing.ts";
import { answeredChallenge } from "./challenge-key.ts";
import { Pending } from "./csc-words.ts";
import { isUsable } from "./offered-key.ts";
import { authorizationIn, bodyOf, keyIdIn, type Told } from "./program-request.ts";
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
 * @returns signature activation data: nobody but the program has it. Where a member is asked first, what it asks with
 *   whether they have said yes
 * @throws csc/malformed, credential-unknown, credential-off, not-in-scope, secret-refused, credential-locked,
 *   number-too-high, number-wrong, too-many
 */
export async function authorizeHashes(ctx: Context, request: unknown): Promise<Allowed | Pending> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const keyId = keyIdIn(body);
  const { program, row } = await inTransaction(ctx, (ctx) => openedKey(ctx, programId, keyId));
  if (!isUsable(row, ctx.now())) throw cscError("credential-off", `key ${keyId} signs no more`);
  if (program.redirectUri !== null) throw cscError("approval-needed", `program ${programId} asks a member`);
  const algorithm = row.key.algorithm as KeyAlgorithm;
  const { told, ...asked } = authorizationIn(body, algorithm);
  await requireTold(ctx, program, told);
  const wanted = { programId, keyId, algorithm, ...asked };
  return program.asksApproval ? askMember(ctx, wanted) : allowHashes(ctx, wanted);
}

/** Leaves the hashes until a member has allowed them (CSC API 2.0 §11.6: HTTP 202). */
async function askMember(ctx: Context, wanted: AllowedHashes): Promise<Pending> {
  const handle = toBase64Url(ctx.runtime.random(32));
  await inTransaction(ctx, async (ctx) => {
    const handleSha256 = sha256(fromUtf8(handle));
    const id = await keepHashes(ctx, wanted, { state: "asked", handleSha256, seconds: APPROVAL_SECONDS });
    const hashes = wanted.hashes.map((hash) => toHex(fromBase64(hash)));
    const data = { authorization: id, key: wanted.keyId, hashes, program: wanted.programId };
    await appendEvent(ctx, { type: "program-signing.asked", envelopeId: null, data });
  });
  return new Pending({ handle });
}

/** Part of a verb: counts the hashes and keeps them. @returns their authorization's id */
async function keepHashes(
  ctx: Context,
  { programId, keyId, algorithm, hashes, numSignatures }: AllowedHashes,
  { seconds, ...kept }: Pick<NewAuthorization, "state" | "sadSha256" | "handleSha256"> & { seconds: number },
): Promise<string> {
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  // Its row is held, so that all that it asks for at once is counted.
  const { perMinute } = (await loadProgram(ctx, programId, true))!;
  const askedInMinute = await countAuthorized(ctx, programId, new Date(at.getTime() - MINUTE_MS));
  decideAuthorization({ hashes, numSignatures }, { perMinute, askedInMinute });
  const row = {
    ...{ organizationId: ctx.organizationId, id, programId, keyId, algorithm, hashes, ...kept },
    ...{ createdAt: at, startedAt: at, expiresAt: new Date(at.getTime() + seconds * 1000) },
  };
  await saveAuthorization(ctx, row, new Date(at.getTime() - DAY_MS));
  return id;
}

type NewAuthorization = Parameters<typeof saveAuthorization>[1];

export interface Allowed {
  readonly SAD: string;
  readonly expiresIn: number;
}

/** Part of a verb: what was asked, by whoever may, is allowed. @throws csc/number-too-high, number-wrong, too-many */
export async function allowHashes(ctx: Context, { approvedBy, ...wanted }: AllowedHashes): Promise<Allowed> {
  const SAD = toBase64Url(ctx.runtime.random(32));
  await inTransaction(ctx, async (ctx) => {
    const kept = { state: "open", sadSha256: sha256(fromUtf8(SAD)), seconds: AUTHORIZATION_SECONDS } as const;
    const id = await keepHashes(ctx, wanted, kept);
    const data = {
      ...{ authorization: id, key: wanted.keyId },
      hashes: wanted.hashes.map((hash) => toHex(fromBase64(hash))),
      ...{ program: wanted.programId, approvedBy: approvedBy ?? undefined },
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

/** Wrong PINs and answers are counted one after the other, however many come at once. */
async function requireTold(ctx: Context, program: ProgramRow, { pin, answer }: Told): Promise<void> {
  const { id, pinHash, challengeKey } = program;
  if (pinHash === null && challengeKey === null) return;
  const { isLocked, isRight } = await inTransaction(ctx, async (ctx) => {
    const { wrongPins, isLocked, name, challenges } = (await loadProgram(ctx, id, true))!;
    if (isLocked) return { isLocked, isRight: false };
    const answered = challengeKey && answeredChallenge(challengeKey, challenges, answer, ctx.now());
    const isPinRight = pinHash === null || (pin !== null && (await verify(pinHash, pin.normalize("NFKC"))));
    const isRight = isPinRight && (challengeKey === null || answered !== null);
    const after = countedPin(wrongPins, isRight);
    // An answer is good for one authorization.
    const left = challenges.filter(({ text }) => text !== answered);
    if (!isRight || wrongPins > 0 || answered) await changeProgram(ctx, id, { ...after, challenges: left });
    if (after.isLocked)
      await appendEvent(ctx, { type: "program.locked", envelopeId: null, data: { program: id, name } });
    return { isLocked: false, isRight };
  });
  if (isLocked) throw cscError("credential-locked", `program ${id} is locked`);
  if (!isRight) throw cscError("secret-refused", `a wrong PIN or answer for program ${id}`);
}
