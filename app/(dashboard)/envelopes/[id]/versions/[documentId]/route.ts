import { listVersions, restoreVersion } from "#lib/envelopes/documents/document-versions.ts";
import { jsonEntries } from "../../../../../_server/body.ts";
import { signedInContext } from "../../../../../_server/context.ts";
import { documentIdIn, envelopeIdIn } from "../../../../../_server/params.ts";
import { answer } from "../../../../../_server/problem.ts";

const LIMIT_BYTES = 4_096;

interface Params {
  readonly params: Promise<{ id: string; documentId: string }>;
}

const noStore = { headers: { "cache-control": "no-store" } };

/** What a draft's document was before. */
export function GET(_: Request, { params }: Params) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    return Response.json(await listVersions(ctx, input), noStore);
  });
}

/** Makes it one of them again. */
export function POST(request: Request, { params }: Params) {
  return answer(async () => {
    const { id, documentId } = await params;
    const ctx = await signedInContext();
    const { version, versionId } = await jsonEntries(request, LIMIT_BYTES);
    const input = { envelopeId: envelopeIdIn(id), documentId: documentIdIn(documentId) };
    const restored = await restoreVersion(ctx, { ...input, version: version!, versionId: versionId! });
    return Response.json(restored, noStore);
  });
}
