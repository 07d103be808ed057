import { addFormFile } from "#lib/envelopes/forms/form-files.ts";
import { publicId } from "#lib/ids.ts";
import { signedInContext } from "../../../_server/context.ts";
import { answer } from "../../../_server/problem.ts";
import { formIdIn } from "../form-id.ts";
import { givenName } from "../given-name.ts";

/** Takes the PDF of a form as the body: of the form that is named, or of the one whose file goes by that name. */
export function POST(request: Request) {
  return answer(async () => {
    const ctx = await signedInContext();
    const fileName = givenName(request);
    if (fileName === null || !request.body) return new Response(null, { status: 400 });
    const named = request.headers.get("x-form");
    const { formId, title, isAsCatalogued } = await addFormFile(
      ctx,
      { formId: named ? formIdIn(named) : null, fileName },
      request.body as unknown as AsyncIterable<Uint8Array>,
    );
    const added = { id: publicId("form", formId), title, isAsCatalogued };
    return Response.json(added, { headers: { "cache-control": "no-store" } });
  });
}
