import { ceremonyProgress } from "#lib/signing/ceremony-progress.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

/** How far things are, for a page that waits. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const { token } = await params;
    const progress = await ceremonyProgress(await recipientContext(token));
    return Response.json({ progress }, { headers: { "cache-control": "private, no-store" } });
  });
}
