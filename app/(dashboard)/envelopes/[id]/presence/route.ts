import { noteEditing } from "#lib/envelopes/editing-windows.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

/** A window with the draft says that it is there, and hears who else is. */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const ctx = await signedInContext();
    const { windowId } = (await request.json().catch(() => ({}))) as Record<string, never>;
    const view = await noteEditing(ctx, { envelopeId, windowId: windowId! });
    return Response.json(view, { headers: { "cache-control": "no-store" } });
  });
}
