import { downloadForm } from "#lib/envelopes/forms/form-files.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { formIdIn } from "../../form-id.ts";

/** The PDF as it was brought. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const formId = formIdIn((await params).id);
    return fileResponse(await downloadForm(await signedInContext(), { formId }));
  });
}
