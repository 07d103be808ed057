import { cookies } from "next/headers";
import { isRefusal } from "#lib/errors.ts";
import { finishAuthorization } from "#lib/signing/providers/finish-authorization.ts";
import { authorizedCookie, recipientContext } from "../../_server/context.ts";
import { webRuntime } from "../../_server/runtime.ts";

/** Where people come back to from their provider: takes them on to their link, a step further or with the reason. */
export async function GET(request: Request): Promise<Response> {
  const { baseUrl } = (await webRuntime()).config;
  const kept = await cookies();
  const name = authorizedCookie(new URL(request.url).searchParams.get("state") ?? "");
  const token = kept.get(name)?.value.slice(0, 64);
  // Somebody who began in another browser opens the link in their mail again.
  if (!token) return to(`${baseUrl}/sign/unknown`);
  kept.delete({ name, path: "/sign/authorized" });
  try {
    await finishAuthorization(await recipientContext(token), { callback: request.url });
    return to(`${baseUrl}/sign/${token}`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const reason = /^signing\/(provider-[a-z-]+)$/.exec(error.code)?.[1];
    return to(`${baseUrl}/sign/${token}${reason ? `?provider=${reason}` : ""}`);
  }
}

const to = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
