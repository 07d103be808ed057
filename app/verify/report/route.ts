import { CHECK_LIMITS, collectUpload, validateUpload } from "#lib/evidence/validate-upload.ts";
import { filesError } from "#lib/ports/files.ts";
import { visitor } from "../../_server/context.ts";
import { answer } from "../../_server/problem.ts";

/** Takes a PDF or an evidence package as the body of the request and answers with its report; it is not kept. */
export function POST(request: Request) {
  return answer(async () => {
    const { body } = request;
    if (!body) return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > CHECK_LIMITS.sizeBytes) throw filesError("too-large", `${sizeBytes} bytes`);
    const name = decoded(request.headers.get("x-file-name") ?? "");
    const report = await validateUpload(await visitor(), async () => ({
      name,
      bytes: await collectUpload(body as unknown as AsyncIterable<Uint8Array>),
    }));
    return Response.json(report, { headers: { "cache-control": "no-store" } });
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return "";
  }
}
