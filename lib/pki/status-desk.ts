import { isRefusal } from "#lib/errors.ts";
import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import { ocspError } from "./core/revocation/create-ocsp-response.ts";
import { type OcspRequest, parseOcspRequest } from "./core/revocation/ocsp-request.ts";
import { workerDesk } from "./worker-desk.ts";

const desk = workerDesk("ocsp", answer, ocspError("internalError"));

/** Has a worker answer a request. @returns the OCSP response, DER; null when no worker did in time. */
export async function askWorker(runtime: Runtime, request: OcspRequest): Promise<Uint8Array | null> {
  const der = await desk.ask(runtime, request.der);
  return der === "tooLong" ? ocspError("malformedRequest") : der;
}

/** Answers, in a worker, what web processes ask; until the database is closed. */
export const serveStatusDesk = (runtime: WorkerRuntime): Promise<void> => desk.serve(runtime);

async function answer(runtime: WorkerRuntime, asked: Uint8Array): Promise<Uint8Array> {
  try {
    return await answerOcsp(runtime, parseOcspRequest(asked));
  } catch (error) {
    runtime.log.error({ err: error }, "OCSP answer not signed");
    return ocspError(isRefusal(error, "pki/malformed") ? "malformedRequest" : "tryLater");
  }
}
