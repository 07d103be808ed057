import { sql } from "drizzle-orm";
import { fromBase64, toBase64Url } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import { ocspError } from "./core/revocation/create-ocsp-response.ts";
import { type OcspRequest, parseOcspRequest } from "./core/revocation/ocsp-request.ts";

// The web process holds no key. What has to be signed while somebody waits goes to the workers and back over
// PostgreSQL's notifications, which hold 8,000 bytes; nothing is stored. The first answer counts.

const ASKED = "ocsp_asked";
const ANSWERED = "ocsp_answered";
const PATIENCE_MS = 4_000;
const MAX_WAITING = 200;
const MAX_PAYLOAD = 7_900;

interface Desk {
  readonly waiting: Map<string, (der: Uint8Array) => void>;
  readonly ready: Promise<unknown>;
}

const desks = new WeakMap<object, Desk>();

/** Has a worker answer a request. @returns the OCSP response, DER; null when no worker did in time. */
export async function askWorker(runtime: Runtime, request: OcspRequest): Promise<Uint8Array | null> {
  const desk = deskOf(runtime);
  if (desk.waiting.size >= MAX_WAITING) return null;
  await desk.ready;
  const id = uuidV7(runtime.now().getTime(), runtime.random(10));
  const payload = `${id} ${toBase64Url(request.der)}`;
  if (payload.length > MAX_PAYLOAD) return ocspError("malformedRequest");
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Uint8Array | null>((resolve, reject) => {
      desk.waiting.set(id, resolve);
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
      runtime.database.db.execute(sql`select pg_notify(${ASKED}, ${payload})`).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    desk.waiting.delete(id);
  }
}

function deskOf({ database }: Runtime): Desk {
  const known = desks.get(database);
  if (known) return known;
  const waiting: Desk["waiting"] = new Map();
  const ready = database.listen(ANSWERED, (payload) => {
    const [id = "", answer = ""] = payload.split(" ");
    waiting.get(id)?.(fromBase64(answer));
  });
  const desk = { waiting, ready };
  desks.set(database, desk);
  ready.catch(() => desks.delete(database));
  return desk;
}

/** Answers, in a worker, what web processes ask; until the database is closed. */
export async function serveStatusDesk(runtime: WorkerRuntime): Promise<void> {
  await runtime.database.listen(ASKED, (payload) => {
    serve(runtime, payload).catch((error: unknown) => runtime.log.error({ err: error }, "status desk"));
  });
}

async function serve(runtime: WorkerRuntime, payload: string): Promise<void> {
  const [id = "", asked = ""] = payload.split(" ");
  const der = await answer(runtime, fromBase64(asked));
  const text = `${id} ${toBase64Url(der)}`;
  const fits = text.length <= MAX_PAYLOAD ? text : `${id} ${toBase64Url(ocspError("internalError"))}`;
  await runtime.database.db.execute(sql`select pg_notify(${ANSWERED}, ${fits})`);
}

async function answer(runtime: WorkerRuntime, asked: Uint8Array): Promise<Uint8Array> {
  try {
    return await answerOcsp(runtime, parseOcspRequest(asked));
  } catch (error) {
    runtime.log.error({ err: error }, "OCSP answer not signed");
    return ocspError(isRefusal(error, "pki/malformed") ? "malformedRequest" : "tryLater");
  }
}
