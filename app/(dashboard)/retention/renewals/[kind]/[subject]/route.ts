import { evidenceError } from "#lib/evidence/errors.ts";
import { downloadStamps } from "#lib/evidence/stamps/list-stamps.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { fileResponse } from "../../../../../_server/download.ts";
import { answer } from "../../../../../_server/problem.ts";

const KINDS = ["package", "report", "destruction", "key-record", "dispute", "checkpoint"] as const;

/** Gives every time-stamp over one record; that they were given is on record. */
export function GET(_: Request, { params }: { params: Promise<{ kind: string; subject: string }> }) {
  return answer(async () => {
    const { kind: named, subject } = await params;
    const kind = KINDS.find((one) => one === named);
    if (!kind) throw evidenceError("not-found", "no kind of record");
    return fileResponse(await downloadStamps(await signedInContext(), { kind, subject }));
  });
}
