import { cookies } from "next/headers";
import { isRefusal } from "#lib/errors.ts";
import { finishSso } from "#lib/signing/sso/sign-on.ts";
import { checkCookie, recipientContext, ssoCookie } from "../../_server/context.ts";
import { webRuntime } from "../../_server/runtime.ts";

/** Where people come back to from their identity provider: takes them on to their link, known or with the reason. */
export async function GET(request: Request): Promise<Response> {
  const { baseUrl } = (await webRuntime()).config;
  const kept = await cookies();
  const name = ssoCookie(new URL(request.url).searchParams.get("state") ?? "");
  const token = kept.get(name)?.value.slice(0, 64);
  // Somebody who began in another browser opens the link in their mail again.
  if (!token) return to(`${baseUrl}/sign/unknown`);
  kept.delete({ name, path: "/sign/sso" });
  try {
    const session = await finishSso(await recipientContext(token), { callback: request.url });
    kept.set({
      ...{ name: checkCookie(token), value: session, path: "/sign", httpOnly: true, sameSite: "lax" },
      secure: baseUrl.startsWith("https:"),
    });
    return to(`${baseUrl}/sign/${token}`);
  } catch (error) {
    // Whoever was let in meanwhile, by another tab, finds it done.
    if (!isRefusal(error)) throw error;
    const reason = /^signing\/((?:sso|identity)-.+)$/.exec(error.code)?.[1];
    return to(`${baseUrl}/sign/${token}${reason ? `?sso=${reason}` : ""}`);
  }
}

const to = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
