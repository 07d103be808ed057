import { issueProgramToken } from "#lib/signing/programs/program-context.ts";
import { visitor } from "../../../../_server/context.ts";
import { answerCsc } from "../../answer-csc.ts";
import { clientForm } from "../client-form.ts";

/** A program logs in (RFC 6749 §4.4), or fetches what a member has let it do (§4.1.3). */
export async function POST(request: Request): Promise<Response> {
  return answerCsc(async () => {
    const { field, clientId, clientSecret } = await clientForm(request);
    const token = await issueProgramToken(await visitor(), {
      ...{ grantType: field("grant_type"), scope: field("scope"), clientId, clientSecret },
      ...{ code: field("code"), redirectUri: field("redirect_uri"), verifier: field("code_verifier") },
    });
    const type = token.isSad ? "SAD" : "Bearer";
    return { access_token: token.text, token_type: type, expires_in: token.expiresInSeconds };
  });
}
