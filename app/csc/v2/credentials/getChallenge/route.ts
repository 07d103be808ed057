import { giveChallenge } from "#lib/signing/programs/challenge-program.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, giveChallenge);
}
