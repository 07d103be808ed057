import { inspectBrought } from "#lib/evidence/inspect-certificates.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

/** Takes certificates as the body of the request and answers with what they say; nothing is kept. */
export function POST(request: Request) {
  return answer(async () => {
    if (!request.body) return new Response(null, { status: 400 });
    const body = request.body as unknown as AsyncIterable<Uint8Array>;
    const inspection = await inspectBrought(await signedInContext(), body);
    return Response.json(inspection, { headers: { "cache-control": "no-store" } });
  });
}
