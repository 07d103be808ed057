import { isUuid } from "#lib/ids.ts";
import { signingError } from "#lib/signing/errors.ts";
import { outgoingFile } from "#lib/signing/secure-outgoing.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** The copy of the certificate that is on its way out, with its chain. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    if (!isUuid(id)) throw signingError("rotation-not-found", "no id");
    const file = await outgoingFile(await signedInContext(), { rotationId: id });
    return fileResponse({ ...file, contentType: "application/x-pem-file" });
  });
}
