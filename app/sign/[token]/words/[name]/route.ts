import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { deskSentences } from "../../../../_server/desk-sentences.ts";

interface Place {
  readonly params: Promise<{ token: string; name: string }>;
}

/**
 * What the signing page can say in one language. It is nobody's secret and the same for every link; below a link's
 * address it goes along with what a device keeps of that link.
 */
export async function GET(_: Request, { params }: Place) {
  const { name } = await params;
  const language = LANGUAGES.find((language) => name.startsWith(`${language}-`));
  if (!language) return new Response(null, { status: 404 });
  const sentences = await deskSentences(language);
  // A page made before an update asks by an old name: the words of today serve it, and are not kept under that name.
  const isSame = sentences.name === name;
  return new Response(sentences.json, {
    headers: {
      "content-type": "application/json",
      "cache-control": isSame ? "public, max-age=31536000, immutable" : "no-store",
    },
  });
}
