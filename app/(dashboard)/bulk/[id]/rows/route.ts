import { getTranslations } from "next-intl/server";
import { downloadRows } from "#lib/envelopes/bulk/download-rows.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { jobIdIn } from "../../job-id.ts";
import { problemText } from "../../words.ts";

/** The table back, with what is wrong or what became of each row. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const jobId = jobIdIn((await params).id);
    const t = await getTranslations("app.bulk");
    const which = new URL(request.url).searchParams.get("which") === "wrong" ? "wrong" : "all";
    const words = {
      wrong: t("columnsOfErrors.wrong"),
      state: t("columnsOfErrors.state"),
      envelope: t("columnsOfErrors.envelope"),
      describe: (problem: Parameters<typeof problemText>[1], column: string) =>
        problemText(t, problem, column),
      stateOf: (state: "ready" | "wrong" | "sent" | "cancelled") => t(`rowStates.${state}`),
    };
    return fileResponse(await downloadRows(await signedInContext(), { jobId, which }, words));
  });
}
