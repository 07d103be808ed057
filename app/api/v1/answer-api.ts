import { randomUUID } from "node:crypto";
import { ZodError } from "zod";
import { AppError, defineErrors } from "#lib/errors.ts";
import { STATUSES } from "../../_server/statuses.ts";

export const apiError = defineErrors("api", {
  "body-missing": "invalid",
  "media-type": "invalid",
  "form-unreadable": "invalid",
  "file-missing": "invalid",
  "field-unknown": "invalid",
  "trust-unknown": "invalid",
  "body-too-large": "too-large",
  "json-unreadable": "invalid",
});

interface Problem {
  readonly status?: number;
  readonly title: string;
  readonly retryAfterSeconds?: number;
}

/** Refusals that have a sentence, a status or a waiting time of their own. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  "api/body-missing": { status: 400, title: "The request has no body." },
  "api/form-unreadable": { status: 400, title: "The multipart form cannot be read." },
  "api/media-type": { status: 415, title: "The body is of a kind that is not taken here." },
  "api/file-missing": { title: "The form has no part named file, or several." },
  "api/field-unknown": { title: "The form has a part that is not known here." },
  "api/trust-unknown": { title: "There is nothing of that name to trust." },
  "api/body-too-large": { title: "The body is larger than what is taken here." },
  "api/json-unreadable": { status: 400, title: "The body is no JSON." },
  "api-call/key-missing": { status: 401, title: "The request brings no API key." },
  "api-call/key-refused": { status: 401, title: "The API key is unknown, was revoked or is over." },
  "api-call/wrong-network": { title: "The API key may not be used from this address." },
  "api-call/too-many": { status: 429, title: "Too many calls in a minute.", retryAfterSeconds: 60 },
  "api-call/name-missing": { status: 400, title: "The call has no Idempotency-Key, which it needs." },
  "api-call/still-running": { title: "The same call is still running.", retryAfterSeconds: 5 },
  "api-call/differs": { title: "The Idempotency-Key was used for another call." },
  "authorize/not-in-scope": { title: "The API key was not made for this." },
  "evidence/cursor-wrong": { title: "The cursor is none that was given here." },
  "evidence/not-found": { title: "There is nothing of that id." },
  "pki/wrong-password": { status: 422, title: "The password of the file is wrong." },
  "pki/password-needed": { status: 422, title: "The file needs a password." },
  "pki/not-pkcs12": { title: "The file is no PFX." },
  "pki/not-a-key": { title: "The file holds no private key." },
  "pki/not-a-certificate": { title: "The file holds no certificate." },
  "pki/holds-a-key": { title: "The file holds a private key; only certificates are taken here." },
  "pki/encryption-unsupported": { title: "The file is encrypted in a way that is not supported." },
  "pki/too-many-iterations": { title: "The file's password protection asks for too much work." },
  "pki/malformed": { title: "The file cannot be read." },
  "pki/too-large": { title: "The file is larger than what is taken here." },
  "signing/not-an-authority": { title: "A certificate is no authority's and cannot be an anchor." },
  "evidence/empty-file": { title: "The file is empty." },
  "evidence/trust-unreadable": { title: "A file to trust holds no certificate that can be read." },
  "evidence/list-not-found": { title: "There is no trust list of that id that you may choose." },
  "evidence/too-many-lists": { status: 422, title: "That are more trust lists than can be chosen at once." },
  "files/too-large": { title: "The file is larger than what is checked here." },
  "identity/too-many-tries": {
    ...{ status: 429, title: "Too many tries. Wait a few minutes.", retryAfterSeconds: 600 },
  },
  "sandbox/busy": { title: "Too many files are being checked at once.", retryAfterSeconds: 10 },
};

/** The log of whoever runs us. */
interface Log {
  error(facts: object, message: string): void;
}

/**
 * Runs a REST route. What goes wrong becomes problem details: `code` for programs, `title` and `detail` for people,
 * `retryable` and Retry-After where another try may do.
 *
 * @see RFC 9457
 */
export async function answerApi(
  request: Request,
  log: Log,
  work: () => Promise<Response>,
): Promise<Response> {
  const requestId = randomUUID();
  const from = { instance: new URL(request.url).pathname, request_id: requestId };
  try {
    const response = await work();
    if (!response.headers.has("x-request-id")) response.headers.set("x-request-id", requestId);
    return response;
  } catch (error) {
    const { status, headers, ...problem } = problemOf(error, requestId, log);
    const body = { type: `about:blank#${problem.code}`, ...problem, status, ...from };
    return Response.json(body, {
      status,
      headers: {
        ...{ "content-type": "application/problem+json", "cache-control": "no-store" },
        ...{ "x-request-id": requestId, ...headers },
      },
    });
  }
}

function problemOf(error: unknown, requestId: string, log: Log) {
  if (error instanceof ZodError)
    return {
      ...{ code: "input/invalid", status: 422, title: "The input is not as it should be.", headers: {} },
      errors: error.issues.map(({ path, code, message }) => ({
        pointer: `/${path.join("/")}`,
        code,
        message,
      })),
      retryable: false,
    };
  if (!(error instanceof AppError)) {
    log.error({ err: error, request_id: requestId }, "unexpected");
    const title = "Something went wrong here that we did not foresee.";
    return { code: "internal", status: 500, title, headers: {}, retryable: true };
  }
  const { code, kind, message } = error;
  const known = PROBLEMS[code] ?? { title: "The request was refused." };
  const { status = STATUSES[kind], title, retryAfterSeconds } = known;
  return {
    ...{ code, status, title },
    ...(code in PROBLEMS ? { detail: message } : {}),
    headers: retryAfterSeconds
      ? { "retry-after": String(retryAfterSeconds) }
      : ({} as Record<string, string>),
    retryable: retryAfterSeconds !== undefined,
  };
}
