import { pollSignatures } from "#lib/signing/programs/poll-signatures.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, pollSignatures);
}
