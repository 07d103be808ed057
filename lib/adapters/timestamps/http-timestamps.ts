import { fromUtf8, gatherBytes, toBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { isLoopback } from "#lib/loopback.ts";
import { type TimestampTransport, timestampsError } from "#lib/ports/timestamps.ts";

export interface HttpTimestampsSettings {
  /** Plain HTTP will do unless there is a log-in: what comes back is signed, and what goes out is a hash. */
  readonly url: string;
  /** For authorities that ask for a log-in (HTTP Basic). */
  readonly user?: string | null;
  readonly password?: string | null;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 256 * 1024;

/** Asks a time-stamping authority over HTTP (RFC 3161 §3.4). Redirects are not followed. */
export function httpTimestamps(settings: HttpTimestampsSettings): TimestampTransport {
  const { url, user, password, timeoutMs = TIMEOUT_MS } = settings;
  const { protocol, hostname, origin, pathname, username } = new URL(url);
  if (username) throw new RangeError("the time-stamping authority's log-in belongs in settings of its own");
  if (user && protocol !== "https:" && !isLoopback(hostname)) {
    throw new RangeError("a time-stamping authority with a log-in needs https");
  }
  const name = origin + pathname;
  const headers = {
    "content-type": "application/timestamp-query",
    accept: "application/timestamp-reply",
    ...(user && { authorization: `Basic ${toBase64(fromUtf8(`${user}:${password ?? ""}`))}` }),
  };

  return {
    name,
    async post(request) {
      const asking = { method: "POST", headers, body: new Uint8Array(request), redirect: "manual" } as const;
      try {
        return await readAnswer(await fetch(url, { ...asking, signal: AbortSignal.timeout(timeoutMs) }));
      } catch (cause) {
        const why = isRefusal(cause) ? cause.message : "no answer";
        throw timestampsError("unavailable", `${name}: ${why}`, { cause });
      }
    },
  };
}

async function readAnswer(answer: Response): Promise<Uint8Array> {
  const type = answer.headers.get("content-type")?.replace(/;.*/, "").trim().toLowerCase();
  if (answer.status !== 200 || type !== "application/timestamp-reply" || !answer.body) {
    await answer.body?.cancel();
    throw timestampsError("unavailable", `HTTP ${answer.status}, ${type ?? "no content type"}`);
  }
  return gatherBytes(answer.body, MAX_ANSWER_BYTES, () =>
    timestampsError("unavailable", `more than ${MAX_ANSWER_BYTES} bytes`),
  );
}
