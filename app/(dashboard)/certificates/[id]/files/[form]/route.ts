import { CERTIFICATE_FORMS } from "#lib/evidence/certificate-file.ts";
import { downloadCertificate } from "#lib/evidence/download-certificate.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { certificateIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives a certificate in one form; that it was given stands in the trail. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; form: string }> }) {
  return answer(async () => {
    const { id, form } = await params;
    const known = CERTIFICATE_FORMS.find((one) => one === form);
    if (!known) throw evidenceError("not-found", "no form of that name");
    const input = { certificateId: certificateIdIn(id), form: known };
    return fileResponse(await downloadCertificate(await signedInContext(), input));
  });
}
