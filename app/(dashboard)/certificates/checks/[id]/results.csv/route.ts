import { downloadCheckResults } from "#lib/evidence/certificate-checks/get-checks.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { isUuid } from "#lib/ids.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Every result of one check, as CSV. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    if (!isUuid(id)) throw evidenceError("not-found", "no id");
    return fileResponse(await downloadCheckResults(await signedInContext(), { runId: id }));
  });
}
