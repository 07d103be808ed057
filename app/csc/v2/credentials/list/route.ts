import { listCredentials } from "#lib/signing/programs/describe-credentials.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, listCredentials);
}
