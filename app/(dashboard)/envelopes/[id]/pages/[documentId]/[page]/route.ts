import { PAGE_WIDTHS, PREVIEW, pageImage } from "#lib/envelopes/page-image.ts";
import { signedInContext } from "../../../../../../_server/context.ts";
import { documentIdIn } from "../../../../../../_server/params.ts";
import { answer } from "../../../../../../_server/problem.ts";

/** A page of a draft as an image; its content never changes, so the browser keeps it for a while. */
export function GET(request: Request, { params }: { params: Promise<{ documentId: string; page: string }> }) {
  return answer(async () => {
    const { documentId, page } = await params;
    const asked = Number(new URL(request.url).searchParams.get("w"));
    const { stream, sha256 } = await pageImage(await signedInContext(), {
      documentId: documentIdIn(documentId),
      revision: PREVIEW,
      page: Number(page),
      widthPx: PAGE_WIDTHS.find((width) => width >= asked) ?? PAGE_WIDTHS[2],
    });
    return new Response(stream, {
      headers: {
        "content-type": "image/webp",
        "cache-control": "private, max-age=3600, immutable",
        etag: `"${sha256}"`,
        "x-content-type-options": "nosniff",
      },
    });
  });
}
