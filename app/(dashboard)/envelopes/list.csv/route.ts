import { exportEnvelopes } from "#lib/envelopes/export-list.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";
import { wishIn } from "../(list)/list-wish.ts";

/** What the list holds for what somebody looks for, as a table to take along. */
export function GET(request: Request) {
  return answer(async () => {
    const query = new URL(request.url).searchParams;
    const wish = wishIn((name) => query.get(name) ?? "");
    return fileResponse(await exportEnvelopes(await signedInContext(), wish));
  });
}
