import type { Context, Visitor } from "#lib/context.ts";
import { validateUpload } from "#lib/evidence/validate-upload.ts";
import { answerApi } from "../answer-api.ts";
import { readUpload, requireSmallEnough } from "./read-upload.ts";

type Asker = Visitor & { readonly member?: Context | null };

/** Answers with the report about the file that a request brings: 200 whatever it says of the file. */
export function verifyRequest(visitor: Asker, request: Request): Promise<Response> {
  return answerApi(request, visitor.runtime.log, async () => {
    requireSmallEnough(request);
    const report = await validateUpload(visitor, () => readUpload(request));
    return Response.json(report, { headers: { "cache-control": "no-store" } });
  });
}
