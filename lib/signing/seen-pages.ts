import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { pageName, pagesOfRuns } from "./core/page-runs.ts";

/** Pages that were really on a person's screen, by name, as the chain has it. */
export async function seenPages(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
): Promise<Set<string>> {
  const { entries } = await readChain(ctx, envelopeId);
  const own = entries.filter(
    ({ type, data }) => type === "document.viewed" && data.recipient === recipientId,
  );
  return new Set(
    own.flatMap(({ data }) =>
      pagesOfRuns(String(data.pages)).map((page) => pageName(String(data.document), page)),
    ),
  );
}
