import { pageText } from "#lib/envelopes/page-text.ts";
import { recipientContext } from "../../../../../../../_server/context.ts";
import { answer } from "../../../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ token: string; documentId: string; revision: string; page: string }>;
}

/** What is written on a page of one revision: the address always means the same words. */
export async function GET(_: Request, { params }: Place) {
  return answer(async () => {
    const { token, documentId, revision, page } = await params;
    const place = { documentId, revision: Number(revision), page: Number(page) };
    const words = await pageText(await recipientContext(token), place);
    return Response.json(words, {
      headers: { "cache-control": "private, max-age=31536000, immutable" },
    });
  });
}
