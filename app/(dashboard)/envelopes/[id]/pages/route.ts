import { arrangePages } from "#lib/envelopes/documents/arrange-pages.ts";
import { filesError } from "#lib/ports/files.ts";
import { jsonEntries } from "../../../../_server/body.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

/** Room for the pages of twenty long documents. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** Puts documents together from pages of those there are. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const ctx = await signedInContext();
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (!(sizeBytes <= LIMIT_BYTES)) throw filesError("too-large", `${sizeBytes} bytes`);
    const { version, plan } = await jsonEntries(request, LIMIT_BYTES);
    const arranged = await arrangePages(ctx, { envelopeId, version: version!, plan: plan! });
    return Response.json(arranged, { headers: { "cache-control": "no-store" } });
  });
}
