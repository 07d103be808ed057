import { currentSession, visitor } from "../../_server/context.ts";
import { verifyRequest } from "../../api/v1/verify/verify-request.ts";

/** The same as `POST /api/v1/verify`, for the page: who is signed in may choose their organization's lists too. */
export async function POST(request: Request) {
  const session = await currentSession();
  return verifyRequest({ ...(await visitor()), member: session?.ctx ?? null }, request);
}
