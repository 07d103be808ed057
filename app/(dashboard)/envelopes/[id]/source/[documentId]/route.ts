import { compareSource } from "#lib/envelopes/documents/compare-source.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** In what a draft's document differs from the office document it was made of. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    return Response.json(await compareSource(ctx, input), { headers: { "cache-control": "no-store" } });
  });
}
