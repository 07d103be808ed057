import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { answer } from "../../../_server/problem.ts";
import { webRuntime } from "../../../_server/runtime.ts";
import { BINARY, logResponse, notThere, sizeIn } from "../../log-response.ts";

/** The time-stamp token over a checkpoint (RFC 3161 §2.4). */
export function GET(_: Request, { params }: { params: Promise<{ size: string }> }) {
  return answer(async () => {
    const size = sizeIn((await params).size);
    const checkpoint = size === null ? null : await publishedCheckpoint(await webRuntime(), size);
    if (!checkpoint) return notThere();
    const fileName = `checkpoint-${size}.tst`;
    return logResponse({
      body: checkpoint.timestampToken,
      contentType: BINARY,
      mayChange: false,
      fileName,
    });
  });
}
