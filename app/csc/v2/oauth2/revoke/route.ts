import { revokeProgramToken } from "#lib/signing/programs/program-context.ts";
import { visitor } from "../../../../_server/context.ts";
import { answerCsc } from "../../answer-csc.ts";
import { clientForm } from "../client-form.ts";

/** A program ends a token it was given (RFC 7009). */
export async function POST(request: Request): Promise<Response> {
  return answerCsc(async () => {
    const { field, clientId, clientSecret } = await clientForm(request);
    await revokeProgramToken(await visitor(), { clientId, clientSecret, token: field("token") });
    return {};
  });
}
