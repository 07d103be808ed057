import { exportJournal } from "#lib/signing/attestations/journal.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";

/** The journal of notarial acts, as a table. */
export function GET() {
  return answer(async () => fileResponse(await exportJournal(await signedInContext())));
}
