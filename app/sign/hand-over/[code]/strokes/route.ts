import { drawByTelephone } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { jsonBody } from "../../../../_server/body.ts";
import { visitor } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 2 * 1024 * 1024;

/** What is drawn so far, from the telephone. */
export async function POST(request: Request, { params }: { params: Promise<{ code: string }> }) {
  return answer(async () => {
    const { code } = await params;
    const drawn = (await jsonBody(request, LIMIT_BYTES)) as Parameters<typeof drawByTelephone>[2];
    await drawByTelephone(await visitor(), code, drawn);
    return new Response(null, { status: 204, headers: { "cache-control": "private, no-store" } });
  });
}
