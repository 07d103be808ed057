import { SETTING_LIMITS } from "#lib/envelopes/core/fields/field-settings.ts";
import { MEGABYTE } from "#lib/envelopes/core/fields/file-kinds.ts";
import { attachFile } from "#lib/signing/attach-file.ts";
import { signingError } from "#lib/signing/errors.ts";
import { recipientContext } from "../../../../../_server/context.ts";
import { answer } from "../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ token: string; fieldId: string }>;
}

const MOST_BYTES = SETTING_LIMITS.attachmentMegabytes * MEGABYTE;

/** Takes a file as the body of the request; its name stands in the address. */
export async function PUT(request: Request, { params }: Place) {
  return answer(async () => {
    const { token, fieldId } = await params;
    const ctx = await recipientContext(token);
    const name = new URL(request.url).searchParams.get("name") ?? "";
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > MOST_BYTES) throw signingError("file-too-large", `${sizeBytes} bytes`);
    if (!request.body) throw signingError("file-empty", "no body");
    const bytes = request.body as unknown as AsyncIterable<Uint8Array>;
    const kept = await attachFile(ctx, { fieldId, name: name.slice(0, 1_000) }, bytes);
    return Response.json(kept, { headers: { "cache-control": "private, no-store" } });
  });
}
