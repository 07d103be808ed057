import { lookUpPair } from "#lib/evidence/lookup/look-up.ts";
import { jsonBody } from "../../_server/body.ts";
import { visitor } from "../../_server/context.ts";
import { answer } from "../../_server/problem.ts";

const LIMIT_BYTES = 4096;

/** Whether an envelope's short id and the hash of one of its files belong together; anybody may ask. */
export function POST(request: Request) {
  return answer(async () => {
    const asked = (await jsonBody(request, LIMIT_BYTES)) as Parameters<typeof lookUpPair>[1];
    const found = await lookUpPair(await visitor(), asked);
    return Response.json(found, { headers: { "cache-control": "no-store" } });
  });
}
