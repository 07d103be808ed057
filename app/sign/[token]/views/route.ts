import { recordView } from "#lib/signing/record-view.ts";
import { jsonBody } from "../../../_server/body.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

const LIMIT_BYTES = 64 * 1024;

/** The browser says which pages were really in view; a fetched link alone never gets here. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const { token } = await params;
    const ctx = await recipientContext(token);
    const seen = await jsonBody(request, LIMIT_BYTES);
    await recordView(ctx, seen as Parameters<typeof recordView>[1]);
    return new Response(null, { status: 204, headers: { "cache-control": "private, no-store" } });
  });
}
