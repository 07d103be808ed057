import { findTextless } from "#lib/envelopes/hints/find-textless.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Which pages of a draft's document are pictures without text. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; documentId: string }> }) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    return Response.json(await findTextless(ctx, input), { headers: { "cache-control": "no-store" } });
  });
}
