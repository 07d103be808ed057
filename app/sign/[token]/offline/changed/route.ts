import { noteChanged } from "#lib/signing/offline/end-kit.ts";
import { jsonBody } from "../../../../_server/body.ts";
import { recipientContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 1024;

/** A device says that its kit is not what it was given. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const ctx = await recipientContext((await params).token);
    const asked = await jsonBody(request, LIMIT_BYTES);
    await noteChanged(ctx, asked as Parameters<typeof noteChanged>[1]);
    return new Response(null, { status: 204, headers: { "cache-control": "private, no-store" } });
  });
}
