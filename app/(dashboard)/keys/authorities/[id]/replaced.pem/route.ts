import { isUuid } from "#lib/ids.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { replacedCertificate } from "#lib/pki/get-authority-rotations.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** The certificate of the authority that was replaced. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    if (!isUuid(id)) throw pkiError("not-found", "no id");
    const file = await replacedCertificate(await signedInContext(), { rotationId: id });
    return fileResponse({ ...file, contentType: "application/x-pem-file" });
  });
}
