import { cookies } from "next/headers";
import { giveBack } from "#lib/signing/kiosk/use-kiosk.ts";
import { jsonBody } from "../../_server/body.ts";
import { KIOSK_COOKIE, visitor } from "../../_server/context.ts";
import { kioskSecret } from "../../_server/kiosk.ts";
import { answer } from "../../_server/problem.ts";

/** Names that a browser only takes with the attribute (RFC 6265bis §4.1.3). */
const SECURE = /^__(Secure|Host)-/;
const REASONS = ["done", "idle", "other"] as const;

/**
 * The device is given back: the link ends, every cookie but the device's own goes, and the browser is told to forget all
 * it holds of this place (Clear-Site-Data, W3C).
 */
export async function POST(request: Request) {
  return answer(async () => {
    const secret = await kioskSecret();
    const asked = (await jsonBody(request, 1_024)) as { reason?: unknown } | null;
    const reason = REASONS.find((one) => one === asked?.reason) ?? "other";
    // Another site can ask too, but without the device's cookie: nobody's browser forgets anything by that.
    if (!secret) return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
    await giveBack(await visitor(), secret, { reason });
    const headers = new Headers({ "cache-control": "no-store", "clear-site-data": '"cache", "storage"' });
    // One name may stand under several paths, and each has to be ended by itself.
    for (const { name } of (await cookies()).getAll())
      if (name !== KIOSK_COOKIE)
        for (const path of ["/", "/sign", "/sign/sso"])
          headers.append(
            "set-cookie",
            `${name}=; Path=${path}; Max-Age=0${SECURE.test(name) ? "; Secure" : ""}`,
          );
    return new Response(null, { status: 204, headers });
  });
}
