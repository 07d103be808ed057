import { CATALOGUE_LIMITS } from "#lib/envelopes/core/forms/catalogue.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { importCatalogue } from "#lib/envelopes/forms/import-catalogue.ts";
import { publicId } from "#lib/ids.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";
import { givenName } from "../given-name.ts";

/** Takes a catalogue as the body of the request. */
export function POST(request: Request) {
  return answer(async () => {
    const ctx = await signedInContext();
    const fileName = givenName(request);
    if (fileName === null || !request.body) return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > CATALOGUE_LIMITS.bytes) throw envelopesError("catalogue-too-large", `${sizeBytes} bytes`);
    const bytes = request.body as unknown as AsyncIterable<Uint8Array>;
    const { importId, ...counts } = await importCatalogue(ctx, { fileName }, bytes);
    const brought = { id: publicId("formImport", importId), ...counts };
    return Response.json(brought, { headers: { "cache-control": "no-store" } });
  });
}
