import { issueProgramToken } from "#lib/signing/programs/program-context.ts";
import { visitor } from "../../../../_server/context.ts";
import { answerCsc } from "../../answer-csc.ts";

/** A program logs in, with what it has in the form or in the header (RFC 6749 §2.3.1, §4.4). */
export async function POST(request: Request): Promise<Response> {
  return answerCsc(async () => {
    const form = new URLSearchParams((await request.text()).slice(0, 4_000));
    const field = (name: string) => form.get(name) ?? "";
    const [clientId, clientSecret] = basic(request) ?? [field("client_id"), field("client_secret")];
    const token = await issueProgramToken(await visitor(), {
      ...{ grantType: field("grant_type"), scope: field("scope"), clientId, clientSecret },
    });
    return { access_token: token.text, token_type: "Bearer", expires_in: token.expiresInSeconds };
  });
}

function basic(request: Request): [string, string] | null {
  const [, encoded] = /^Basic ([\w+/=]{1,500})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (!encoded) return null;
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return [id, secret];
}
