import { gatherBytes } from "#lib/bytes.ts";
import type { Context, Visitor } from "#lib/context.ts";
import { answerOnce, type CallAnswer } from "#lib/identity/api-keys/answer-once.ts";
import { apiKeyContext, type CallQuota } from "#lib/identity/api-keys/api-key-context.ts";
import { answerApi, apiError } from "./answer-api.ts";

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Runs a REST route for whoever brings an API key. How many calls are left is said with every answer. */
export function answerWithKey(
  visitor: Visitor,
  request: Request,
  work: (ctx: Context) => Promise<Response>,
): Promise<Response> {
  let left: CallQuota | null = null;
  const answered = answerApi(request, visitor.runtime.log, async () => {
    const { ctx, quota } = await apiKeyContext(visitor, request.headers.get("authorization"));
    left = quota;
    // A refusal says how many are left too.
    return answerApi(request, visitor.runtime.log, () => work(ctx));
  });
  return answered.then((response) => {
    if (response.status === 401) response.headers.set("www-authenticate", 'Bearer realm="whereof"');
    if (left) {
      const { limit, remaining, resetSeconds } = left as CallQuota;
      response.headers.set("ratelimit-policy", `"key";q=${limit};w=60`);
      response.headers.set("ratelimit", `"key";r=${remaining};t=${resetSeconds}`);
    }
    return response;
  });
}

/** The same for what changes something: done once for each Idempotency-Key. @param work is given the JSON */
export function answerOnceWithKey(
  visitor: Visitor,
  request: Request,
  work: (ctx: Context, body: unknown) => Promise<{ readonly status: number; readonly body: object }>,
): Promise<Response> {
  return answerWithKey(visitor, request, async (ctx) => {
    const body = await bodyOf(request);
    const call = {
      name: request.headers.get("idempotency-key"),
      request: `${request.method} ${new URL(request.url).pathname}`,
      body,
    };
    const answer = await answerOnce(ctx, call, async (): Promise<CallAnswer> => {
      const { status, body: said } = await work(ctx, jsonOf(body));
      return { status, body: JSON.stringify(said) };
    });
    const type = answer.status < 400 ? "application/json" : "application/problem+json";
    const headers = new Headers({ "content-type": type, "cache-control": "no-store" });
    if (answer.isReplayed) headers.set("idempotency-replayed", "true");
    return new Response(answer.body, { status: answer.status, headers });
  });
}

/** No more than the limit is ever read. @throws api/body-missing, media-type, body-too-large */
async function bodyOf(request: Request): Promise<Uint8Array> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (!request.body) throw apiError("body-missing", "send a JSON object");
  if (type !== "application/json") throw apiError("media-type", `${type || "no Content-Type"}; taken: JSON`);
  return gatherBytes(request.body as unknown as AsyncIterable<Uint8Array>, MAX_BODY_BYTES, () =>
    apiError("body-too-large", `${MAX_BODY_BYTES} bytes at most`),
  );
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw apiError("json-unreadable", "not JSON", { cause: error });
  }
}

/** The names that REST speaks in: `notAfter` becomes `not_after`, however deep. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(one),
    ]),
  );
}
