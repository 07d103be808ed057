import { syncKit } from "#lib/signing/offline/sync-kit.ts";
import { jsonBody } from "../../../../_server/body.ts";
import { recipientContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 8 * 1024 * 1024;

/** Takes what a device recorded without a network. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const ctx = await recipientContext((await params).token);
    const batch = await jsonBody(request, LIMIT_BYTES);
    const synced = await syncKit(ctx, batch as Parameters<typeof syncKit>[1]);
    return Response.json(synced, { headers: { "cache-control": "private, no-store" } });
  });
}
