import { setTimeout as sleep } from "node:timers/promises";
import { gatherBytes, toUtf8 } from "#lib/bytes.ts";
import { keysError } from "#lib/ports/keys.ts";

export interface RestRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as a form when it is URLSearchParams. */
  readonly body?: object | URLSearchParams;
  /** Whom we ask, for the log. */
  readonly who: string;
  readonly answerWithinMs?: number;
  /** Three when not told; one for what must not happen twice. */
  readonly attempts?: number;
}

/** What a service said: its status and its JSON, an empty object when there is none. */
export interface RestAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const ANSWER_WITHIN_MS = 10_000;
const ATTEMPTS = 3;
const WAIT_MS = 250;
/** A service that wants to be left alone for longer is left to the job's own retries. */
const MAX_WAIT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Asks a key service: three times at most, or as often as told, when it is busy, fails, or cannot be reached.
 *
 * @throws keys/unavailable; what the service refuses is an answer
 */
export async function askRest(request: RestRequest): Promise<RestAnswer> {
  const { attempts = ATTEMPTS } = request;
  for (let attempt = 1; ; attempt++) {
    const said = await once(request);
    if ("answer" in said) return said.answer;
    const waitMs = said.waitMs ?? WAIT_MS * attempt;
    if (attempt === attempts || waitMs > MAX_WAIT_MS) {
      const code = said.isThrottled ? "throttled" : "unavailable";
      throw keysError(code, `${request.who} ${said.failure}`, { cause: said.cause });
    }
    await sleep(waitMs);
  }
}

type Said =
  | { readonly answer: RestAnswer }
  | {
      readonly failure: string;
      readonly waitMs?: number;
      readonly cause?: unknown;
      /** It was asked more often than it allows. */
      readonly isThrottled?: boolean;
    };

async function once(request: RestRequest): Promise<Said> {
  const { method, url, headers, body, answerWithinMs = ANSWER_WITHIN_MS } = request;
  const isForm = body instanceof URLSearchParams;
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", ...(body && !isForm && JSON_TYPE), ...headers },
      body: body && (isForm ? body : JSON.stringify(body)),
      // A token goes to the address it is for and nowhere else.
      redirect: "error",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await readText(response);
    const { status } = response;
    if (status === 429 || status >= 500) {
      const isThrottled = status === 429;
      return {
        failure: `answered with HTTP ${status}`,
        isThrottled,
        ...waitOf(response.headers.get("retry-after")),
      };
    }
    return { answer: { status, body: parse(text) } };
  } catch (cause) {
    return { failure: "did not answer", cause: new Error(reasonOf(cause)) };
  }
}

const JSON_TYPE = { "content-type": "application/json" };

async function readText(response: Response): Promise<string> {
  const bytes = await gatherBytes(
    response.body ?? [],
    MAX_ANSWER_BYTES,
    () => new Error("the answer is too long"),
  );
  return toUtf8(bytes);
}

function parse(text: string): RestAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as RestAnswer["body"]) : {};
  } catch {
    return {};
  }
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function waitOf(retryAfter: string | null): { waitMs?: number } {
  if (!retryAfter) return {};
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? {} : { waitMs: Math.max(0, ms) };
}

/** fetch says "fetch failed" and keeps the reason to itself. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return cause ? `${cause.code ?? cause.message}` : `${name}: ${message}`;
}
