import { exportLedger } from "#lib/evidence/consents/export-ledger.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";

/** The whole ledger of consents, as CSV. */
export function GET() {
  return answer(async () => fileResponse(await exportLedger(await signedInContext())));
}
