import { z } from "zod";
import { watchHandOver } from "#lib/signing/hand-overs/begin-hand-over.ts";
import { recipientContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

/** What a telephone has drawn so far, for the page that waits for it. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string; id: string }> }) {
  return answer(async () => {
    const { token, id } = await params;
    const drawn = await watchHandOver(await recipientContext(token), { id: z.uuid().parse(id) });
    return Response.json(drawn, { headers: { "cache-control": "private, no-store" } });
  });
}
