import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";
import { WHEREOF_OID } from "./core/asn1/oids.ts";
import { CLAIMED_MS } from "./core/timestamps/clock.ts";
import { answerTimestampRequest, timestampRejection } from "./core/timestamps/create-timestamp.ts";
import { createTimestampRequest, parseTimestampRequest } from "./core/timestamps/timestamp-request.ts";
import { readTimestampResponse } from "./core/timestamps/timestamp-response.ts";
import { workerDesk } from "./worker-desk.ts";

const desk = workerDesk("timestamp", answer, timestampRejection("systemFailure"));

export const TIMESTAMP_DIGESTS = ["sha256", "sha384", "sha512"] as const;

export interface TimestampWanted {
  readonly digest: (typeof TIMESTAMP_DIGESTS)[number];
  /** As long as the digest is. */
  readonly hash: Uint8Array;
  /** Big-endian magnitude, at most 64 octets; null for a token without one. */
  readonly nonce: Uint8Array | null;
}

/**
 * A token of our own authority over a hash, made by a worker and checked here against what was asked.
 *
 * @returns TimeStampToken, DER; null when no worker made one in time
 */
export async function timestampFromWorker(
  runtime: Runtime,
  { digest, hash, nonce }: TimestampWanted,
): Promise<Uint8Array | null> {
  const request = createTimestampRequest(digest, hash, nonce);
  const response = await desk.ask(runtime, request);
  if (response === null || response === "tooLong") return null;
  const { imprint, nonceDer, policy } = parseTimestampRequest(request);
  const read = readTimestampResponse(response, { imprint, nonceDer, policy });
  if (read.token) return read.token.der;
  runtime.log.error({ problem: read.problem }, "time-stamp not made");
  return null;
}

/** Makes time-stamps, in a worker, that web processes ask for; until the database is closed. */
export const serveTimestampDesk = (runtime: WorkerRuntime): Promise<void> => desk.serve(runtime);

async function answer(runtime: WorkerRuntime, request: Uint8Array): Promise<Uint8Array> {
  try {
    const { tsa } = await runtime.authorities();
    const authority = { ...tsa, policy: WHEREOF_OID.timestampPolicy, accuracySeconds: CLAIMED_MS / 1000 };
    await runtime.clock.requireSure();
    return await answerTimestampRequest(request, authority, runtime.random(16), runtime.now());
  } catch (error) {
    runtime.log.error({ err: error }, "time-stamp not signed");
    return timestampRejection("systemFailure");
  }
}
