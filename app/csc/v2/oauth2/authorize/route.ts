import { webRuntime } from "../../../../_server/runtime.ts";

/** Where programs send members to, who let them do something in their browser (CSC API 2.0 §8.4.2). */
export async function GET(request: Request): Promise<Response> {
  const { baseUrl, cscServer } = (await webRuntime()).config;
  if (!cscServer) return new Response("Programs are not answered here", { status: 404 });
  const location = `${baseUrl}/keys/programs/approve${new URL(request.url).search}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
