import { checkApproval } from "#lib/signing/programs/check-approval.ts";
import { answerProgram } from "../../answer-csc.ts";

export async function POST(request: Request): Promise<Response> {
  return answerProgram(request, checkApproval);
}
