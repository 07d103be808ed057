import { evidenceError } from "#lib/evidence/errors.ts";
import { downloadReport } from "#lib/evidence/reports/download-report.ts";
import { REPORT_FORMS } from "#lib/evidence/reports/list-reports.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { reportIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives a report in one form; that it was given stands in the organization's chain. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; form: string }> }) {
  return answer(async () => {
    const { id, form } = await params;
    const known = REPORT_FORMS.find((one) => one === form);
    if (!known) throw evidenceError("not-found", "no form of that name");
    return fileResponse(
      await downloadReport(await signedInContext(), { reportId: reportIdIn(id), form: known }),
    );
  });
}
