import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { answer } from "../../_server/problem.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { logResponse, notThere, TEXT } from "../log-response.ts";

/** The newest checkpoint (C2SP tlog-tiles). */
export function GET() {
  return answer(async () => {
    const checkpoint = await publishedCheckpoint(await webRuntime());
    if (!checkpoint) return notThere();
    return logResponse({ body: checkpoint.note, contentType: TEXT, mayChange: true });
  });
}

export const dynamic = "force-dynamic";
