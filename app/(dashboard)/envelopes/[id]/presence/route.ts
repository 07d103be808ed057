import { noteEditing } from "#lib/envelopes/editing-windows.ts";
import { jsonEntries } from "../../../../_server/body.ts";
import { watchingContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

const LIMIT_BYTES = 4_096;

/** A window with the draft says that it is there, and hears who else is. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const { ctx } = await watchingContext();
    const { windowId } = await jsonEntries(request, LIMIT_BYTES);
    const view = await noteEditing(ctx, { envelopeId, windowId: windowId! });
    return Response.json(view, { headers: { "cache-control": "no-store" } });
  });
}
