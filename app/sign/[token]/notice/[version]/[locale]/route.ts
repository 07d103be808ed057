import { isRefusal } from "#lib/errors.ts";
import { openNoticePdf } from "#lib/signing/consent/demonstrate-access.ts";
import { recipientContext } from "../../../../../_server/context.ts";
import { answer } from "../../../../../_server/problem.ts";

interface Place {
  readonly params: Promise<{ token: string; version: string; locale: string }>;
}

/** The notice as a PDF, opened by whatever opens PDFs for this person. */
export async function GET(_: Request, { params }: Place) {
  const { token, version, locale } = await params;
  return answer(async () => {
    try {
      const bytes = await openNoticePdf(await recipientContext(token), { version, locale });
      return new Response(new Uint8Array(bytes), {
        headers: {
          "content-type": "application/pdf",
          "content-disposition": `inline; filename="notice.pdf"`,
          "cache-control": "private, no-store",
          "x-content-type-options": "nosniff",
        },
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const location = `/sign/${encodeURIComponent(token)}`;
      return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
    }
  });
}
