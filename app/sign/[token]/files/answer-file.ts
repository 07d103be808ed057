import "server-only";
import { requireRecipient } from "#lib/authorize.ts";
import { isRefusal } from "#lib/errors.ts";
import { download, type Wanted } from "#lib/evidence/download.ts";
import { recipientContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";

/** A file for the person behind a link; refused, they land on the page that says how things stand. */
export async function answerFile(token: string, wanted: Wanted): Promise<Response> {
  return answer(async () => {
    try {
      const ctx = await recipientContext(token);
      const { envelopeId } = requireRecipient(ctx);
      return fileResponse(await download(ctx, { envelopeId, wanted }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const location = `/sign/${encodeURIComponent(token)}`;
      return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
    }
  });
}
