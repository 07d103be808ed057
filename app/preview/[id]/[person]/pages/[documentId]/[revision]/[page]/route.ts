import { PAGE_WIDTHS, PREVIEW, pageImage } from "#lib/envelopes/page-image.ts";
import { signedInContext } from "../../../../../../../_server/context.ts";
import { answer } from "../../../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ documentId: string; page: string }>;
}

/** A page of a draft, as it is prepared. */
export async function GET(request: Request, { params }: Place) {
  return answer(async () => {
    const { documentId, page } = await params;
    const wanted = Number(new URL(request.url).searchParams.get("w"));
    const widthPx = PAGE_WIDTHS.find((width) => width === wanted) ?? PAGE_WIDTHS[0];
    const place = { documentId, revision: PREVIEW, page: Number(page), widthPx };
    const { stream } = await pageImage(await signedInContext(), place);
    return new Response(stream, {
      headers: {
        ...{ "content-type": "image/webp", "cache-control": "private, max-age=3600, immutable" },
        "x-content-type-options": "nosniff",
      },
    });
  });
}
