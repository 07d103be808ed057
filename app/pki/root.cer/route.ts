import { publishedRoot } from "#lib/pki/published.ts";
import { answer } from "../../_server/problem.ts";
import { webRuntime } from "../../_server/runtime.ts";
import { certificateResponse } from "../published-response.ts";

/** The root of this installation: what others give their software to trust. */
export function GET() {
  return answer(async () => certificateResponse(await publishedRoot(await webRuntime()), "root.cer"));
}

export const dynamic = "force-dynamic";
