import { countViews } from "#lib/envelopes/list-envelopes.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

/** How many envelopes each view holds; asked for when the list is on the screen already. */
export function GET() {
  return answer(async () => {
    const counts = await countViews(await signedInContext());
    return Response.json(counts, { headers: { "cache-control": "private, no-store" } });
  });
}
