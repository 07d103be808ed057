import { type CertificateId, parsePublicId } from "#lib/ids.ts";
import { signingError } from "#lib/signing/errors.ts";
import { exportSignedWith } from "#lib/signing/list-signed-with.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Everything that a key signed, as a table. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const certificateId = parsePublicId<CertificateId>("certificate", (await params).id);
    if (!certificateId) throw signingError("not-found", "no id");
    const lost = new Date(new URL(request.url).searchParams.get("lost") ?? "");
    const lostAt = Number.isNaN(lost.getTime()) ? null : lost;
    return fileResponse(await exportSignedWith(await signedInContext(), { certificateId, lostAt }));
  });
}
