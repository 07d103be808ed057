import { timestampHash } from "#lib/signing/programs/timestamp-hash.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, timestampHash);
}
