import { editDocument } from "#lib/envelopes/documents/edit-document.ts";
import { filesError } from "#lib/ports/files.ts";
import { jsonEntries } from "../../../../../_server/body.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Room for ten pictures in base64. */
const LIMIT_BYTES = 44 * 1024 * 1024;

/** Takes content out of a draft's document, and draws onto it. */
export function POST(request: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (!(sizeBytes <= LIMIT_BYTES)) throw filesError("too-large", `${sizeBytes} bytes`);
    const { version, edits, asPictures } = await jsonEntries(request, LIMIT_BYTES);
    const edited = await editDocument(ctx, {
      ...{ envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) },
      ...{ version: version!, edits: edits!, asPictures: asPictures ?? false },
    });
    return Response.json(edited, { headers: { "cache-control": "no-store" } });
  });
}
