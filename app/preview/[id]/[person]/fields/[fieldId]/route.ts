import { filesError } from "#lib/ports/files.ts";
import { previewValue } from "#lib/signing/preview-ceremony.ts";
import { jsonEntries } from "../../../../../_server/body.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ id: string; person: string; fieldId: string }>;
}

/** A picture of a signature, as text, and room for what is around it. */
const LIMIT_BYTES = 17 * 1024 * 1024;

/** What an entry would look like in its field; nothing is kept. */
export async function PUT(request: Request, { params }: Place) {
  return answer(async () => {
    const { id, person, fieldId } = await params;
    const ctx = await signedInContext();
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (!(sizeBytes <= LIMIT_BYTES)) throw filesError("too-large", `${sizeBytes} bytes`);
    const entered = await jsonEntries(request, LIMIT_BYTES);
    const place = { envelopeId: envelopeIdIn(id), recipientId: person, fieldId };
    const { value, locale, marks } = entered;
    const drawn = await previewValue(ctx, { ...place, value: value!, locale, marks: marks! });
    return Response.json(drawn, { headers: { "cache-control": "no-store" } });
  });
}
