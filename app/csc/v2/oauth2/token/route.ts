import { issueProgramToken } from "#lib/signing/programs/program-context.ts";
import { visitor } from "../../../../_server/context.ts";
import { answerCsc } from "../../answer-csc.ts";
import { clientForm } from "../client-form.ts";

/** A program logs in (RFC 6749 §4.4). */
export async function POST(request: Request): Promise<Response> {
  return answerCsc(async () => {
    const { field, clientId, clientSecret } = await clientForm(request);
    const token = await issueProgramToken(await visitor(), {
      ...{ grantType: field("grant_type"), scope: field("scope"), clientId, clientSecret },
    });
    return { access_token: token.text, token_type: "Bearer", expires_in: token.expiresInSeconds };
  });
}
