import { getTranslations } from "next-intl/server";
import type { FormProblem } from "#lib/envelopes/core/forms/catalogue.ts";
import { downloadProblems } from "#lib/envelopes/forms/download-problems.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { formImportIdIn } from "../../form-id.ts";

/** The rows that did not come in, with what is wrong with each. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const importId = formImportIdIn((await params).id);
    const t = await getTranslations("app.forms");
    const words = {
      wrong: t("whatIsWrong"),
      describe: (problem: FormProblem) => t(`problems.${problem}`),
    };
    return fileResponse(await downloadProblems(await signedInContext(), { importId }, words));
  });
}
