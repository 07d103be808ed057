import { extendAuthorization } from "#lib/signing/programs/extend-authorization.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, extendAuthorization);
}
