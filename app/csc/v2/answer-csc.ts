import "server-only";
import type { Context } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { cscRefusalOf, Pending, UNFORESEEN } from "#lib/signing/programs/csc-words.ts";
import { programContext } from "#lib/signing/programs/program-context.ts";
import { jsonBody } from "../../_server/body.ts";
import { visitor } from "../../_server/context.ts";

const MAX_BODY_BYTES = 64 * 1024;

const cscJson = (body: object, status = 200): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** Runs a method; a refusal is said in the protocol's words. */
export async function answerCsc(work: () => Promise<object>): Promise<Response> {
  try {
    const answer = await work();
    return answer instanceof Pending ? cscJson(answer.body, 202) : cscJson(answer);
  } catch (error) {
    const refusal = cscRefusalOf(error);
    if (!refusal) (await visitor()).runtime.log.error({ err: error }, "csc");
    const { status, ...said } = refusal ?? UNFORESEEN;
    const response = cscJson({ error: said.error, error_description: said.description }, status);
    if (status === 401) response.headers.set("www-authenticate", `Bearer error="${said.error}"`);
    if (status === 429)
      response.headers.set("retry-after", isRefusal(error, "csc/polled-too-soon") ? "1" : "60");
    return response;
  }
}

/** Runs a method that programs call with a token and JSON. */
export function answerProgram(
  request: Request,
  method: (ctx: Context, body: unknown) => Promise<object>,
): Promise<Response> {
  return answerCsc(async () => {
    const ctx = await programContext(await visitor(), request.headers.get("authorization"));
    return method(ctx, await jsonBody(request, MAX_BODY_BYTES));
  });
}
