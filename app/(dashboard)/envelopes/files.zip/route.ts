import { downloadMany } from "#lib/evidence/download-many.ts";
import { signedInContext } from "../../../_server/context.ts";
import { fileResponse } from "../../../_server/download.ts";
import { envelopeIdIn } from "../../../_server/params.ts";
import { answer } from "../../../_server/problem.ts";

const MOST = 100;

/** Documents of several envelopes as one file; that they were given stands in the trail of each. */
export function GET(request: Request) {
  return answer(async () => {
    const ids = new URL(request.url).searchParams.getAll("id").slice(0, MOST + 1);
    const envelopeIds = ids.map((id) => envelopeIdIn(id));
    return fileResponse(await downloadMany(await signedInContext(), { envelopeIds }));
  });
}
