import { findHints } from "#lib/envelopes/hints/find-hints.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Where a document of a draft says, or looks as if, fields belong. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    return Response.json(await findHints(ctx, input), { headers: { "cache-control": "no-store" } });
  });
}
