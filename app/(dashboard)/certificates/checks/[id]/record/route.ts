import { evidenceError } from "#lib/evidence/errors.ts";
import { downloadKeyRecord } from "#lib/evidence/key-records/download-key-record.ts";
import { isUuid } from "#lib/ids.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

/** Gives the sealed report of one check; that it was given stands in the trail. */
export function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const { id } = await params;
    if (!isUuid(id)) throw evidenceError("not-found", "no id");
    const wanted = { kind: "certificate-check", subjectId: id } as const;
    return fileResponse(await downloadKeyRecord(await signedInContext(), wanted));
  });
}
