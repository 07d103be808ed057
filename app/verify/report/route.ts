import { CHECK_LIMITS, validateUpload } from "#lib/evidence/validate-upload.ts";
import { filesError } from "#lib/ports/files.ts";
import { visitor } from "../../_server/context.ts";
import { answer } from "../../_server/problem.ts";

/** Takes one PDF as the body of the request and answers with its report; the file is not kept. */
export function POST(request: Request) {
  return answer(async () => {
    if (!request.body) return new Response(null, { status: 400 });
    const sizeBytes = Number(request.headers.get("content-length") ?? Number.NaN);
    if (sizeBytes > CHECK_LIMITS.sizeBytes) throw filesError("too-large", `${sizeBytes} bytes`);
    const name = decoded(request.headers.get("x-file-name") ?? "");
    const body = request.body as unknown as AsyncIterable<Uint8Array>;
    const report = await validateUpload(await visitor(), { name }, body);
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
