import { suggestContacts } from "#lib/envelopes/contacts.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

/** Who is meant by what was typed so far. */
export function GET(request: Request) {
  return answer(async () => {
    const typed = (new URL(request.url).searchParams.get("q") ?? "").slice(0, 200);
    const contacts = await suggestContacts(await signedInContext(), { typed });
    return Response.json(contacts, { headers: { "cache-control": "private, no-store" } });
  });
}
