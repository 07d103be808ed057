import { authorizeHashes } from "#lib/signing/programs/authorize-hashes.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, authorizeHashes);
}
