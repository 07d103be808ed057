import { visitor } from "../../../_server/context.ts";
import { verifyRequest } from "./verify-request.ts";

/** Checks a signed PDF or an evidence package; anybody may ask, and nothing is kept. See docs/verify.md. */
export async function POST(request: Request) {
  return verifyRequest(await visitor(), request);
}
