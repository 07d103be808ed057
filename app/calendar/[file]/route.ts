import { readCalendar } from "#lib/signing/keys/calendar.ts";
import { visitor } from "../../_server/context.ts";
import { answer } from "../../_server/problem.ts";

const FILE = /^([\w-]{43})\.ics$/;

/** `<secret>.ics`: the ends of keys and their reviews, for whoever was given the address (RFC 5545). */
export function GET(_: Request, { params }: { params: Promise<{ file: string }> }) {
  return answer(async () => {
    const token = FILE.exec((await params).file)?.[1];
    const calendar = token ? await readCalendar(await visitor(), token) : null;
    if (!calendar)
      return new Response("Not found\n", { status: 404, headers: { "content-type": "text/plain" } });
    return new Response(calendar, {
      headers: {
        "content-type": "text/calendar; charset=utf-8",
        "content-disposition": 'inline; filename="keys.ics"',
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      },
    });
  });
}
