import { downloadCertificateIndex } from "#lib/evidence/download-certificate-index.ts";
import { CERTIFICATE_KINDS, CERTIFICATE_STATUSES } from "#lib/pki/search-certificates.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { answer } from "../../../_server/problem.ts";

/** What the search of the index finds, as CSV. */
export function GET(request: Request) {
  return answer(async () => {
    const query = new URL(request.url).searchParams;
    const status = CERTIFICATE_STATUSES.find((known) => known === query.get("status")) ?? null;
    const kind = CERTIFICATE_KINDS.find((known) => known === query.get("kind")) ?? null;
    const search = (query.get("q") ?? "").slice(0, 200);
    const [endsFrom, endsBy] = [query.get("from"), query.get("to")];
    const wanted = { search, kind, status, endsFrom, endsBy };
    return fileResponse(await downloadCertificateIndex(await signedInContext(), wanted));
  });
}
