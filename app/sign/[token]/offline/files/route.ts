import { OFFLINE_FILES } from "#lib/signing/core/offline-acts.ts";
import { signingError } from "#lib/signing/errors.ts";
import { keepFile } from "#lib/signing/offline/keep-file.ts";
import { recipientContext } from "../../../../_server/context.ts";
import { answer } from "../../../../_server/problem.ts";

/** Takes the bytes of a file that was given without a network, as the body; which one it is stands in the address. */
export async function PUT(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const ctx = await recipientContext((await params).token);
    const asked = new URL(request.url).searchParams;
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > OFFLINE_FILES.bytes) throw signingError("file-too-large", `${sizeBytes} bytes`);
    if (!request.body) throw signingError("file-empty", "no body");
    const [kitId, fieldId] = [asked.get("kit") ?? "", asked.get("field") ?? ""];
    const name = (asked.get("name") ?? "").slice(0, 1_000);
    const bytes = request.body as unknown as AsyncIterable<Uint8Array>;
    const kept = await keepFile(ctx, { kitId, fieldId, name }, bytes);
    return Response.json(kept, { headers: { "cache-control": "private, no-store" } });
  });
}
