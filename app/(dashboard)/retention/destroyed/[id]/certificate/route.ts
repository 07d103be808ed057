import { parsePublicId } from "#lib/ids.ts";
import { retentionError } from "#lib/retention/errors.ts";
import { downloadDestruction } from "#lib/retention/list-destroyed.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives the certificate over one destruction; that it was given is on record. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const destructionId = parsePublicId<string>("destruction", (await params).id);
    if (!destructionId) throw retentionError("not-found", "no destruction's id");
    return fileResponse(await downloadDestruction(await signedInContext(), { destructionId }));
  });
}
