import { importContacts } from "#lib/envelopes/contacts.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

/** Takes a file of contacts as the body; the header of our own no page of another site can send. */
export function POST(request: Request) {
  return answer(async () => {
    const ctx = await signedInContext();
    if (request.headers.get("x-file-name") === null || !request.body)
      return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > ctx.runtime.config.limits.tableBytes)
      throw envelopesError("table-too-large", `${sizeBytes} bytes`);
    const imported = await importContacts(ctx, request.body as unknown as AsyncIterable<Uint8Array>);
    return Response.json(imported, { headers: { "cache-control": "no-store" } });
  });
}
