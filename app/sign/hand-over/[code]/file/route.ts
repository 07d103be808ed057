import { SETTING_LIMITS } from "#lib/envelopes/core/fields/field-settings.ts";
import { MEGABYTE } from "#lib/envelopes/core/fields/file-kinds.ts";
import { signingError } from "#lib/signing/errors.ts";
import { giveByTelephone } from "#lib/signing/hand-overs/give-by-telephone.ts";
import { visitor } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

const MOST_BYTES = SETTING_LIMITS.attachmentMegabytes * MEGABYTE;

/** Takes a file as the body of the request, from the telephone whose claim stands in the header; its name stands in the address. */
export async function PUT(request: Request, { params }: { params: Promise<{ code: string }> }) {
  return answer(async () => {
    const { code } = await params;
    const name = new URL(request.url).searchParams.get("name") ?? "";
    const claim = /^Bearer ([\w-]{1,64})$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > MOST_BYTES) throw signingError("file-too-large", `${sizeBytes} bytes`);
    if (!request.body) throw signingError("file-empty", "no body");
    const bytes = request.body as unknown as AsyncIterable<Uint8Array>;
    await giveByTelephone(await visitor(), code, { claim, name: name.slice(0, 1_000) }, bytes);
    return new Response(null, { status: 204, headers: { "cache-control": "private, no-store" } });
  });
}
