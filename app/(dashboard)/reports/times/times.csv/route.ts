import { downloadCompletionTimes } from "#lib/evidence/reports/completion-times.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { monthsIn } from "../months-in.ts";

/** The times of a period as a table to take along. */
export function GET(request: Request) {
  return answer(async () => {
    const months = monthsIn(new URL(request.url).searchParams.get("months") ?? "");
    return fileResponse(await downloadCompletionTimes(await signedInContext(), { months }));
  });
}
