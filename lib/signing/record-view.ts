import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DocumentId } from "#lib/ids.ts";
import { requireTurn } from "./core/finish.ts";
import { runsOfPages } from "./core/page-runs.ts";
import { pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { ceremonyOf, changeRecipient, loadCeremony } from "./store.ts";

const Input = z.object({
  documentId: z.uuid().transform((id) => id as DocumentId),
  /** Of the revision on screen. */
  sha256: z.string().length(64),
  /** From 0: pages that were in view for two seconds, or touched. */
  pages: z.array(z.number().int().min(0)).min(1).max(5_000),
});

/** Records that a person really looked: the browser says so after pages were in view, a fetched link never does. */
export async function recordView(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { documentId, sha256, pages } = Input.parse(input);

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    for (const page of pages) pageOf(loaded, { documentId, page });
    const document = ceremony.documents.find(({ id }) => id === documentId);
    const revision = document?.revisions.findLast((candidate) => candidate.sha256 === sha256);
    if (!revision) throw signingError("document-changed", `shown ${sha256}`);

    const { state, viewedAt } = ceremony.recipient;
    if (viewedAt === null)
      await changeRecipient(ctx, recipientId, {
        state: state === "notified" ? "viewed" : state,
        viewedAt: ctx.now(),
      });
    await appendEvent(ctx, {
      type: "document.viewed",
      envelopeId,
      data: {
        recipient: recipientId,
        document: documentId,
        revision: revision.number,
        sha256,
        pages: runsOfPages(pages),
      },
    });
  });
}
