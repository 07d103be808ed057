import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { nextReviewAt, REVIEW_KINDS } from "../core/key-dates.ts";
import { signingError } from "../errors.ts";
import {
  changePolicy,
  endReview,
  loadOrganization,
  loadPolicy,
  loadReviews,
  moveReview,
  saveReview,
} from "./store.ts";

const SignOff = z.object({ reviewId: z.uuid(), note: z.string().trim().min(1).max(1000) });
const Policy = z.union([
  z.strictObject({ reviewMonths: z.number().int().min(6).max(12) }),
  z.strictObject({ passphraseMonths: z.number().int().min(1).max(12) }),
]);

/** Keeps one open review of each kind: of keys and passphrases by the policy, of all certificates every year. */
export async function planReviews(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, plan);
}

async function plan(ctx: Context): Promise<void> {
  const reviews = await loadReviews(ctx);
  const policy = await loadPolicy(ctx);
  const { createdAt } = await loadOrganization(ctx);
  for (const kind of REVIEW_KINDS) {
    const own = reviews.filter((review) => review.kind === kind);
    if (own.some(({ doneAt }) => doneAt === null)) continue;
    const last = own[0]?.doneAt ?? createdAt;
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    const dueAt = nextReviewAt(kind, last, policy);
    await saveReview(ctx, { organizationId: ctx.organizationId, id, kind, dueAt, createdAt: ctx.now() });
  }
}

/** Says that the keys were looked over, by whom and with what outcome. @throws signing/review-not-open */
export async function signOffReview(ctx: Context, input: z.input<typeof SignOff>): Promise<void> {
  const { name } = requirePermission(ctx, "key.manage");
  const { reviewId, note } = SignOff.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const done = await endReview(ctx, reviewId, { doneAt: ctx.now(), doneBy: name, note });
    if (!done) throw signingError("review-not-open", `review ${reviewId}`);
    const { kind, dueAt } = done;
    const data = { review: reviewId, kind, dueAt: dueAt.toISOString(), note: personal(note) };
    await appendEvent(ctx, { type: "key-review.signed-off", envelopeId: null, data });
    await plan(ctx);
  });
}

/** Settles how often keys are looked over, every 6 to 12 months, or passphrases exchanged, every 1 to 12. */
export async function setReviewPolicy(ctx: Context, input: z.input<typeof Policy>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const change = Policy.parse(input);
  const kind = "reviewMonths" in change ? "key-review" : "passphrases";
  await inTransaction(ctx, async (ctx) => {
    await changePolicy(ctx, change);
    const own = (await loadReviews(ctx)).filter((review) => review.kind === kind);
    const open = own.find(({ doneAt }) => doneAt === null);
    const last = own.find(({ doneAt }) => doneAt !== null)?.doneAt ?? (await loadOrganization(ctx)).createdAt;
    if (open) await moveReview(ctx, open.id, nextReviewAt(kind, last, await loadPolicy(ctx)));
    await appendEvent(ctx, { type: "key-review.planned", envelopeId: null, data: { kind, ...change } });
  });
}
