import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { answer } from "../../../_server/problem.ts";
import { webRuntime } from "../../../_server/runtime.ts";
import { logResponse, notThere, sizeIn, TEXT } from "../../log-response.ts";

/** A checkpoint published earlier. */
export function GET(_: Request, { params }: { params: Promise<{ size: string }> }) {
  return answer(async () => {
    const size = sizeIn((await params).size);
    const checkpoint = size === null ? null : await publishedCheckpoint(await webRuntime(), size);
    if (!checkpoint) return notThere();
    const fileName = `checkpoint-${size}.txt`;
    return logResponse({ body: checkpoint.note, contentType: TEXT, mayChange: false, fileName });
  });
}
