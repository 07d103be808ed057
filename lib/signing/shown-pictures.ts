import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { picturesOf, picturesSha256 } from "./core/presented-pages.ts";
import { loadActs } from "./pictures-store.ts";

/** How many pictures were on somebody's screen before they act, and what binds them to the act. Part of a transaction. */
export async function shownPictures(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
): Promise<{ readonly count: number; readonly sha256: string }> {
  const views = await loadActs(ctx, envelopeId, ["document.viewed"]);
  const own = views.map(({ data }) => data).filter(({ recipient }) => recipient === recipientId);
  const pictures = picturesOf(own);
  return { count: pictures.length, sha256: picturesSha256(pictures) };
}
