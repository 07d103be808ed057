import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { publicId } from "#lib/ids.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";
import { sourceIn } from "../source-in.ts";

/** Takes a table as the body of the request; the headers of our own no page of another site can send. */
export function POST(request: Request) {
  return answer(async () => {
    const ctx = await signedInContext();
    const source = request.headers.get("x-bulk-source") ?? "";
    const name = request.headers.get("x-file-name");
    if (name === null || !request.body) return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > ctx.runtime.config.limits.tableBytes)
      throw envelopesError("table-too-large", `${sizeBytes} bytes`);
    const jobId = await uploadTable(
      ctx,
      { source: sourceIn(source), fileName: decoded(name) },
      request.body as unknown as AsyncIterable<Uint8Array>,
    );
    return Response.json({ id: publicId("bulkJob", jobId) }, { headers: { "cache-control": "no-store" } });
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name).slice(0, 1_000);
  } catch {
    return "";
  }
}
