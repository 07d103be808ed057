import { findLines } from "#lib/envelopes/hints/find-lines.ts";
import { signedInContext } from "../../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../../_server/params.ts";
import { answer } from "../../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ id: string; documentId: string; page: string }>;
}

/** Lines and cells of a page of a draft; its content never changes, so the browser keeps them for a while. */
export function GET(_: Request, { params }: Place) {
  return answer(async () => {
    const { id, documentId, page } = await params;
    const ctx = await signedInContext();
    const document = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    const lines = await findLines(ctx, { ...document, page: Number(page) });
    return Response.json(lines, { headers: { "cache-control": "private, max-age=3600, immutable" } });
  });
}
