import { searchDocument } from "#lib/envelopes/documents/search-document.ts";
import { filesError } from "#lib/ports/files.ts";
import { jsonEntries } from "../../../../../../_server/body.ts";
import { signedInContext } from "../../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../../_server/params.ts";
import { answer } from "../../../../../../_server/problem.ts";

const LIMIT_BYTES = 10_000;

/** Where words are in a draft's document. They come in the body, so that no log of addresses has them. */
export function POST(request: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (!(sizeBytes <= LIMIT_BYTES)) throw filesError("too-large", `${sizeBytes} bytes`);
    const search = (await jsonEntries(request, LIMIT_BYTES)) as never;
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId), search };
    return Response.json(await searchDocument(ctx, input), { headers: { "cache-control": "no-store" } });
  });
}
