import { issueKit } from "#lib/signing/offline/issue-kit.ts";
import { jsonBody } from "../../../_server/body.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

const LIMIT_BYTES = 96 * 1024;

/** Registers a device's key, and says what it may do without a network. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const ctx = await recipientContext((await params).token);
    const asked = await jsonBody(request, LIMIT_BYTES);
    const kit = await issueKit(ctx, asked as Parameters<typeof issueKit>[1]);
    return Response.json(kit, { headers: { "cache-control": "private, no-store" } });
  });
}
