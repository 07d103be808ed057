import { describeService } from "#lib/signing/programs/describe-credentials.ts";
import { visitor } from "../../../_server/context.ts";
import { answerCsc } from "../answer-csc.ts";

export async function POST(): Promise<Response> {
  return answerCsc(async () => describeService(await visitor()));
}
