import { addDocument } from "#lib/envelopes/add-document.ts";
import { filesError } from "#lib/ports/files.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

/** Of a request nobody waits for any more. */
const CLIENT_GONE = 499;

/**
 * Takes one file as the body of the request, piece by piece. Its name, and its password where it needs one, come in
 * headers of our own, which no page of another site can send.
 */
export function POST(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const ctx = await signedInContext();
    const name = request.headers.get("x-file-name");
    if (name === null || !request.body) return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > ctx.runtime.config.uploads.fileBytes) throw filesError("too-large", `${sizeBytes} bytes`);
    const flattenSignatures = request.headers.get("x-flatten-signatures") === "yes";
    const keepSignatures = request.headers.get("x-keep-signatures") === "yes";
    const password = request.headers.get("x-file-password");
    const replaces = request.headers.get("x-replaces");
    const input = {
      ...{ envelopeId, name: decoded(name), flattenSignatures, keepSignatures },
      password: password === null ? null : decoded(password),
      replaces: replaces === null ? null : documentIdIn(replaces),
    };
    try {
      const added = await addDocument(ctx, input, request.body as unknown as AsyncIterable<Uint8Array>);
      return Response.json(added, { headers: { "cache-control": "no-store" } });
    } catch (error) {
      // What arrived of it was thrown away; that it broke off is not our fault.
      if (request.signal.aborted) return new Response(null, { status: CLIENT_GONE });
      throw error;
    }
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name).slice(0, 1_000);
  } catch {
    return "";
  }
}
