import { isRefusal } from "#lib/errors.ts";
import { EVENT_FORMS } from "#lib/evidence/core/explorer/event-files.ts";
import { addressOfQuery, eventQueryIn } from "#lib/evidence/core/explorer/event-query.ts";
import { exportEvents } from "#lib/evidence/explorer/export-events.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";

/** What a search of the events finds, as a file; when that is too much, back to the page that says so. */
export function GET(request: Request) {
  return answer(async () => {
    const { searchParams } = new URL(request.url);
    const query = eventQueryIn((name) => searchParams.get(name));
    const form = EVENT_FORMS.find((known) => known === searchParams.get("form")) ?? "csv";
    try {
      return fileResponse(await exportEvents(await signedInContext(), { ...query, form }));
    } catch (error) {
      if (!isRefusal(error, "evidence/too-many-events")) throw error;
      const back = new URLSearchParams([...addressOfQuery(query), ["refused", "too-many"]]);
      return new Response(null, { status: 303, headers: { location: `/audit?${back}` } });
    }
  });
}
