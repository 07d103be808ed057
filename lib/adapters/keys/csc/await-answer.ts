import { isRefusal } from "#lib/errors.ts";
import { keysError } from "#lib/ports/keys.ts";
import type { RestAnswer } from "../rest/ask.ts";
import { WHO } from "./service.ts";

export interface Waiting {
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** The last moment that is waited for, in the clock's milliseconds. */
  readonly until: number;
}

const FIRST_MS = 1_500;
const LONGEST_MS = 5_000;

/**
 * Asks again, at growing intervals, until something is done that a service said is under way. That it asks for patience,
 * or cannot be reached for a moment, changes nothing.
 *
 * @returns the first answer that is not "not yet" @throws keys/unavailable when it is not there in time
 */
export async function awaitAnswer(
  { now, sleep, until }: Waiting,
  ask: () => Promise<RestAnswer>,
): Promise<RestAnswer> {
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_MS)) {
    if (now() + waitMs > until) throw keysError("unavailable", `${WHO} said later, and nothing came in time`);
    await sleep(waitMs);
    const answer = await ask().catch(whenForAMoment);
    if (answer && !isUnderWay(answer)) return answer;
  }
}

/** CSC API 2.0 §11.7, §11.12: status 202; some say the same with 400. */
const isUnderWay = ({ status, body }: RestAnswer): boolean =>
  status === 202 || body.error === "accepted_request";

function whenForAMoment(error: unknown): null {
  if (isRefusal(error, "keys/unavailable") || isRefusal(error, "keys/throttled")) return null;
  throw error;
}
