import { signHashes } from "#lib/signing/programs/sign-hashes.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, signHashes);
}
