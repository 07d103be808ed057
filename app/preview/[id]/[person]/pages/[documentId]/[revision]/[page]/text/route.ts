import { PREVIEW } from "#lib/envelopes/page-image.ts";
import { pageText } from "#lib/envelopes/page-text.ts";
import { signedInContext } from "../../../../../../../../_server/context.ts";
import { answer } from "../../../../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ documentId: string; page: string }>;
}

/** What is written on a page of a draft. */
export async function GET(_: Request, { params }: Place) {
  return answer(async () => {
    const { documentId, page } = await params;
    const place = { documentId, revision: PREVIEW, page: Number(page) };
    return Response.json(await pageText(await signedInContext(), place));
  });
}
