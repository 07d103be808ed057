import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { filesError } from "#lib/ports/files.ts";
import { jsonEntries } from "../../../../_server/body.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

interface Address {
  readonly params: Promise<{ id: string }>;
}

/** Room for two thousand fields, several times over. */
const LIMIT_BYTES = 4 * 1024 * 1024;
const headers = { "cache-control": "no-store" };

/** The draft as it is kept: what a window asks for that finds its own out of date. */
export function GET(_: Request, { params }: Address) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    return Response.json(await getDraft(await signedInContext(), { envelopeId }), { headers });
  });
}

/** Saves what the sender's window holds; called by itself while they work. */
export function PUT(request: Request, { params }: Address) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const ctx = await signedInContext();
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (!(sizeBytes <= LIMIT_BYTES)) throw filesError("too-large", `${sizeBytes} bytes`);
    const { version, content } = await jsonEntries(request, LIMIT_BYTES);
    return Response.json(await saveDraft(ctx, { envelopeId, version: version!, content: content! }), {
      headers,
    });
  });
}
