import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { chooseLanguage } from "#lib/signing/choose-language.ts";
import { formBody } from "../../../_server/body.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";

const LIMIT_BYTES = 4_096;
const PLACES = new Set(["rights", "certificate", "delegate", "report", "attestation"]);

/** Takes the language somebody chose, with script or without, and shows them the same page in it. */
export async function POST(request: Request, { params }: { params: Promise<{ token: string }> }) {
  return answer(async () => {
    const { token } = await params;
    const form = await formBody(request, LIMIT_BYTES);
    const language = String(form.get("language"));
    const place = String(form.get("place"));
    const page = `/sign/${encodeURIComponent(token)}${PLACES.has(place) ? `/${place}` : ""}`;
    const to = (address: string) =>
      new Response(null, { status: 303, headers: { location: address, "cache-control": "no-store" } });
    if (!isLanguage(language)) return to(page);
    const ctx = await recipientContext(token);
    // A link that has ended changes nothing any more: its address says the language.
    if (ctx.actor.kind === "recipient" && ctx.actor.hasEnded) return to(`${page}?lang=${language}`);
    await chooseLanguage(ctx, { language });
    return to(page);
  });
}
