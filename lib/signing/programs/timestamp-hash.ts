import { appendEvent } from "#lib/audit/append-event.ts";
import { requireProgram } from "#lib/authorize.ts";
import { toBase64, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { timestampFromWorker } from "#lib/pki/timestamp-desk.ts";
import type { Runtime } from "#lib/runtime.ts";
import { cscError } from "../core/program-signing.ts";
import { bodyOf, timestampIn } from "./program-request.ts";
import { loadProgram } from "./store.ts";

/** Whether programs get time-stamps: of our own authority only, never of another's that we are a customer of. */
export const offersTimestamps = ({ config }: Pick<Runtime, "config">): boolean => config.tsaUrl === null;

/**
 * A time-stamp token over a hash (CSC API 2.0 §11.13, RFC 3161), as many a minute as the program may have signatures.
 *
 * @returns TimeStampToken, base64
 * @throws csc/malformed, token-refused, not-in-scope, timestamps-off, not-stamped; identity/too-many-tries
 */
export async function timestampHash(ctx: Context, request: unknown): Promise<{ readonly timestamp: string }> {
  const { programId } = requireProgram(ctx);
  if (!offersTimestamps(ctx.runtime)) throw cscError("timestamps-off", "another's authority is in use");
  const wanted = timestampIn(bodyOf(request));
  const program = await inTransaction(ctx, (ctx) => loadProgram(ctx, programId));
  if (!program || program.closedAt) throw cscError("token-refused", `program ${programId} is gone`);
  if (!program.scopes.includes("sign")) throw cscError("not-in-scope", `${programId} may only look`);
  await limitRate(ctx.runtime, `program-timestamps:${programId}`, {
    ...{ tries: program.perMinute, windowSeconds: 60 },
  });
  const token = await timestampFromWorker(ctx.runtime, wanted);
  if (!token) throw cscError("not-stamped", `program ${programId}`);
  const data = { program: programId, digest: wanted.digest, hash: toHex(wanted.hash) };
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "program-timestamp.made", envelopeId: null, data }),
  );
  return { timestamp: toBase64(token) };
}
