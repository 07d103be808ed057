import { PAGE_WIDTHS, pageImage } from "#lib/envelopes/page-image.ts";
import { recipientContext } from "../../../../../../_server/context.ts";
import { answer } from "../../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ token: string; documentId: string; revision: string; page: string }>;
}

/**
 * A page of one revision: the address always means the same pixels, so the browser may keep them. Once it is withdrawn
 * VOID stands across it, whatever was asked for.
 */
export async function GET(request: Request, { params }: Place) {
  return answer(async () => {
    const { token, documentId, revision, page } = await params;
    const wanted = Number(new URL(request.url).searchParams.get("w"));
    const widthPx = PAGE_WIDTHS.find((width) => width === wanted) ?? PAGE_WIDTHS[0];
    const place = { documentId, revision: Number(revision), page: Number(page), widthPx };
    const isVoid = new URL(request.url).searchParams.has("void");
    const { stream } = await pageImage(await recipientContext(token), place);
    return new Response(stream, {
      headers: {
        "content-type": "image/webp",
        "cache-control": isVoid ? "no-store" : "private, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
      },
    });
  });
}
