import { downloadAgreement } from "#lib/envelopes/agreements/list-agreements.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives the signed agreement; that it was given stands in the trail. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    return fileResponse(await downloadAgreement(await signedInContext(), { agreementId: id }));
  });
}
