import { cookies } from "next/headers";
import { giveBack } from "#lib/signing/kiosk/use-kiosk.ts";
import { jsonBody } from "../../_server/body.ts";
import { KIOSK_COOKIE, visitor } from "../../_server/context.ts";
import { kioskSecret } from "../../_server/kiosk.ts";
import { answer } from "../../_server/problem.ts";

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
    const jar = await cookies();
    for (const { name } of jar.getAll())
      if (name !== KIOSK_COOKIE)
        for (const path of ["/", "/sign", "/sign/sso"]) jar.set({ name, value: "", path, maxAge: 0 });
    return new Response(null, {
      status: 204,
      headers: { "cache-control": "no-store", "clear-site-data": '"cache", "storage"' },
    });
  });
}
