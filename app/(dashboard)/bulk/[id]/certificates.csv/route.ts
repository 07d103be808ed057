import { downloadJobCertificates } from "#lib/evidence/download-job-certificates.ts";
import { signedInContext } from "../../../../_server/context.ts";
import { fileResponse } from "../../../../_server/download.ts";
import { answer } from "../../../../_server/problem.ts";
import { jobIdIn } from "../../job-id.ts";

/** Every signature that the envelopes of a bulk job have so far, with its certificate. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const jobId = jobIdIn((await params).id);
    return fileResponse(await downloadJobCertificates(await signedInContext(), { jobId }));
  });
}
