import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import type { DocumentId } from "#lib/ids.ts";
import { requireTurn } from "./core/finish.ts";
import { type JudgedLook, judgeLooks } from "./core/looks.ts";
import { runsOfPages } from "./core/page-runs.ts";
import { pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { loadPictures } from "./pictures-store.ts";
import { ceremonyOf, changeRecipient, loadCeremony } from "./store.ts";

const instant = z.iso
  .datetime()
  .max(40)
  .transform((text) => new Date(text));

const Input = z
  .object({
    documentId: z.uuid().transform((id) => id as DocumentId),
    /** Of the revision on screen. */
    sha256: z.string().length(64),
    /** From 0: pages that were in view for two seconds, or touched. */
    pages: z.array(z.number().int().min(0)).min(1).max(5_000),
    /** By the browser's clock, as it sends this. */
    sentAt: instant.optional(),
    /** Of these pages, by the browser's clock: what it says of each. */
    looks: z
      .array(
        z.object({
          page: z.number().int().min(0),
          image: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .nullable(),
          ...{ firstAt: instant, lastAt: instant, seconds: z.number().int().min(0).max(86_400) },
        }),
      )
      .max(5_000)
      .refine((looks) => new Set(looks.map(({ page }) => page)).size === looks.length)
      .optional(),
  })
  .refine(({ pages, looks = [] }) => looks.every(({ page }) => pages.includes(page)));

/** A browser sends one every few seconds while pages are turned, and one more when it goes away. */
const VIEWS = { tries: 1_000, windowSeconds: 3_600 };

/**
 * Records that a person really looked: the browser says so after pages were in view, a fetched link never does; for how
 * long, and which picture it had on screen. A picture is named as ours only where it is one we drew of that page.
 */
export async function recordView(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { documentId, sha256, pages, looks = [], sentAt } = Input.parse(input);
  await limitRate(ctx.runtime, `views:${recipientId}`, VIEWS);

  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    for (const page of pages) pageOf(loaded, { documentId, page });
    const document = ceremony.documents.find(({ id }) => id === documentId);
    const revision = document?.revisions.findLast((candidate) => candidate.sha256 === sha256);
    if (!revision) throw signingError("document-changed", `shown ${sha256}`);

    const drawn = looks.length > 0 ? await loadPictures(ctx, [documentId]) : [];
    const ours = drawn.filter((one) => one.revision === revision.number);
    const receivedAt = lookedUntil(ctx);
    const { state, viewedAt, notifiedAt } = ceremony.recipient;
    const judged = judgeLooks(looks, {
      ...{ sentAt: sentAt ?? receivedAt, receivedAt, since: notifiedAt ?? receivedAt },
    });
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
        ...(looks.length > 0
          ? {
              // Server clock minus the browser's.
              offsetMs: receivedAt.getTime() - (sentAt ?? receivedAt).getTime(),
              looks: judged.map((look) => toldOf(look, ours)),
              renderers: [...new Set(ours.map(({ renderer }) => renderer))],
            }
          : {}),
      },
    });
  });
}

/** When it was sent: what is done offline gets here later. */
const lookedUntil = (ctx: Context): Date =>
  (ctx.actor.kind === "recipient" ? ctx.actor.offline?.actedAt : undefined) ?? ctx.now();

function toldOf({ page, image, times }: JudgedLook, ours: readonly { page: number; sha256: string }[]) {
  return {
    ...{ page: page + 1, image },
    isOurs: image === null ? undefined : ours.some((one) => one.page === page && one.sha256 === image),
    ...(times
      ? {
          ...{ firstAt: times.firstAt.toISOString(), lastAt: times.lastAt.toISOString() },
          seconds: times.seconds,
        }
      : { isImpossible: true }),
  };
}
