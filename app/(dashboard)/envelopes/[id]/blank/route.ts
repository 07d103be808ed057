import { addBlankPages } from "#lib/envelopes/documents/add-blank-pages.ts";
import { jsonEntries } from "../../../../_server/body.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 4_096;

/** Adds a document of empty pages to a draft. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const ctx = await signedInContext();
    const { name, paper, pages } = await jsonEntries(request, LIMIT_BYTES);
    const added = await addBlankPages(ctx, { envelopeId, name: name!, paper: paper!, pages: pages! });
    return Response.json(added, { headers: { "cache-control": "no-store" } });
  });
}
