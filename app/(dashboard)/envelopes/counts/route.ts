import { countViews } from "#lib/envelopes/list-envelopes.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";
import { wishIn } from "../(list)/list-wish.ts";

/** How many envelopes each view holds of what is looked for; asked for when the list is on the screen already. */
export function GET(request: Request) {
  return answer(async () => {
    const query = new URL(request.url).searchParams;
    const { view: _, ...wish } = wishIn((name) => query.get(name) ?? "");
    const counts = await countViews(await signedInContext(), wish);
    return Response.json(counts, { headers: { "cache-control": "private, no-store" } });
  });
}
