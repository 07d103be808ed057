import { inTransaction, type PageLanguages, type Visitor } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { pageLanguages } from "../page-languages.ts";
import { findReader } from "../store.ts";
import { telephoneContext } from "./draw-by-telephone.ts";
import { loadHandOver } from "./store.ts";

/** The languages of the page that showed a code: the telephone's is in the same. @throws signing/not-found */
export async function telephoneLanguages(visitor: Visitor, code: string): Promise<PageLanguages> {
  const { ctx, id } = await telephoneContext(visitor, code);
  return inTransaction(ctx, async (ctx) => {
    const row = await loadHandOver(ctx, id, false);
    const reader = row && (await findReader(ctx, row.recipientId));
    if (!reader) throw signingError("not-found", `hand-over ${id}`);
    return pageLanguages(ctx, reader);
  });
}
