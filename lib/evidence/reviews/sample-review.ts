import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type ReportId, uuidV7 } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { orderReport } from "../reports/request-report.ts";
import { revalidateEnvelope } from "../revalidate-envelope.ts";
import {
  changeSampleItem,
  closeSampleRow,
  findOpenSample,
  loadClosedSamples,
  loadSample,
  loadSampleItems,
  pickCompleted,
  saveSample,
} from "./sample-store.ts";

const Size = z.object({ size: z.number().int().min(1).max(50).default(10) });

/** Picks completed envelopes by chance for somebody to look at. @throws evidence/sample-empty, review-open */
export async function openSample(ctx: Context, input: z.input<typeof Size>): Promise<string> {
  const { memberId } = requirePermission(ctx, "report.manage");
  const { size } = Size.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const { ids, outOf } = await pickCompleted(ctx, size);
    if (ids.length === 0) throw evidenceError("sample-empty", "no completed envelope");
    const openedAt = ctx.now();
    const id = uuidV7(openedAt.getTime(), ctx.runtime.random(10));
    const items = ids.map((envelopeId, position) => ({ organizationId, reviewId: id, envelopeId, position }));
    if (!(await saveSample(ctx, { organizationId, id, openedBy: memberId, openedAt, outOf }, items)))
      throw evidenceError("review-open", "one at a time");
    const data = { review: id, envelopes: [...ids], outOf };
    await appendEvent(ctx, { type: "sample-review.opened", envelopeId: null, data });
    return id;
  });
}

/** Looks at each envelope of a sample as a stranger would. @throws files/unavailable: the job comes again */
export async function lookAtSample(ctx: WorkerContext, input: { readonly reviewId: string }): Promise<void> {
  requireSystem(ctx);
  const { reviewId } = input;
  for (const { item } of await inTransaction(ctx, (ctx) => loadSampleItems(ctx, reviewId))) {
    if (item.findings) continue;
    const findings = await revalidateEnvelope(ctx, { envelopeId: item.envelopeId }).catch(
      (error: unknown) => {
        // Destroyed since it was picked.
        if (isRefusal(error, "evidence/destroyed")) return ["destroyed"];
        throw error;
      },
    );
    await inTransaction(ctx, (ctx) => changeSampleItem(ctx, reviewId, item.envelopeId, { findings }));
  }
}

const Decision = z.object({
  reviewId: z.uuid(),
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  decision: z.enum(["holds", "fails"]),
  note: typedText(1000).default(""),
});

/**
 * Says what a reviewer found in one envelope of the sample.
 *
 * @throws evidence/sample-not-looked, sample-note-missing, review-closed, not-found
 */
export async function decideSample(ctx: Context, input: z.input<typeof Decision>): Promise<void> {
  const { memberId } = requirePermission(ctx, "report.manage");
  const { reviewId, envelopeId, decision, note } = Decision.parse(input);
  if (decision === "fails" && note === "") throw evidenceError("sample-note-missing", "no note");
  await inTransaction(ctx, async (ctx) => {
    const { closedAt } = await loadSample(ctx, reviewId, true);
    if (closedAt) throw evidenceError("review-closed", `review ${reviewId}`);
    const found = (await loadSampleItems(ctx, reviewId)).find(({ item }) => item.envelopeId === envelopeId);
    if (!found) throw evidenceError("not-found", `envelope ${envelopeId} of the sample`);
    if (!found.item.findings) throw evidenceError("sample-not-looked", `envelope ${envelopeId}`);
    const decided = { decidedBy: memberId, decidedAt: ctx.now() };
    await changeSampleItem(ctx, reviewId, envelopeId, { decision, note: note || null, ...decided });
    const data = {
      review: reviewId,
      decision,
      findings: found.item.findings,
      note: note ? personal(note) : undefined,
    };
    await appendEvent(ctx, { type: "sample-review.decided", envelopeId, data });
  });
}

/** Ends a review in which every envelope was judged; its record is sealed. @throws evidence/review-undecided, review-closed */
export async function closeSample(ctx: Context, input: { readonly reviewId: string }): Promise<void> {
  const { memberId } = requirePermission(ctx, "report.manage");
  const reviewId = z.uuid().parse(input.reviewId);
  await inTransaction(ctx, async (ctx) => {
    const review = await loadSample(ctx, reviewId, true);
    if (review.closedAt) throw evidenceError("review-closed", `review ${reviewId}`);
    const items = await loadSampleItems(ctx, reviewId);
    const open = items.filter(({ item }) => item.decision === null).length;
    if (open > 0) throw evidenceError("review-undecided", `${open} envelopes`);
    const closedAt = ctx.now();
    await closeSampleRow(ctx, reviewId, { closedAt, closedBy: memberId });
    const fails = items.filter(({ item }) => item.decision === "fails").length;
    const data = { review: reviewId, envelopes: items.length, fails };
    await appendEvent(ctx, { type: "sample-review.closed", envelopeId: null, data });
    const day = (at: Date) => at.toISOString().slice(0, 10);
    await orderReport(ctx, "sample-review", { from: day(review.openedAt), to: day(closedAt) }, { reviewId });
  });
}

export interface SampleView {
  readonly open: {
    readonly id: string;
    readonly openedAt: Date;
    readonly outOf: number;
    readonly items: readonly {
      readonly envelopeId: EnvelopeId;
      readonly shortId: string;
      readonly title: string;
      readonly findings: readonly string[] | null;
      readonly decision: "holds" | "fails" | null;
      readonly note: string | null;
    }[];
  } | null;
  readonly closed: readonly { readonly id: string; readonly closedAt: Date; readonly reportId: ReportId }[];
}

const SHOWN = 20;

/** The sampling review under way, and the records of earlier ones. */
export async function getSample(ctx: Context): Promise<SampleView> {
  requirePermission(ctx, "report.manage");
  return inTransaction(ctx, async (ctx) => {
    const open = await findOpenSample(ctx);
    const items = open ? await loadSampleItems(ctx, open.id) : [];
    const closed = await loadClosedSamples(ctx, SHOWN);
    return {
      open: open && {
        ...{ id: open.id, openedAt: open.openedAt, outOf: open.outOf },
        items: items.map(({ item: { envelopeId, findings, decision, note }, shortId, title }) => ({
          ...{ envelopeId, shortId, title, findings, decision, note },
        })),
      },
      closed: closed.map(({ review, reportId }) => ({ id: review.id, closedAt: review.closedAt!, reportId })),
    };
  });
}
