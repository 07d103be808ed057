import { toBase64 } from "#lib/bytes.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { visitor } from "../../_server/context.ts";
import { answer } from "../../_server/problem.ts";

/** What a browser needs to check files of this installation by itself: public certificates and revocation lists. */
export function GET() {
  return answer(async () => {
    const { runtime } = await visitor();
    const { roots, crls } = await publishedTrust(runtime);
    const body = { roots: roots.map(toBase64), crls: crls.map(toBase64) };
    return Response.json(body, { headers: { "cache-control": "no-cache" } });
  });
}
