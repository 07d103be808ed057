import { downloadPresented } from "#lib/evidence/capture/download-presented.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { isUuid } from "#lib/ids.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives a certificate that a signer brought along; that it was given stands in the trail. */
export function GET(_: Request, { params }: { params: Promise<{ id: string; presentedId: string }> }) {
  return answer(async () => {
    const { id, presentedId } = await params;
    if (!isUuid(presentedId)) throw evidenceError("not-found", "no id");
    const wanted = { envelopeId: envelopeIdIn(id), presentedId };
    return fileResponse(await downloadPresented(await signedInContext(), wanted));
  });
}
