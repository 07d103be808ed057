"use server";

import { refresh } from "next/cache";
import type { Cadence } from "#lib/evidence/core/reports/periods.ts";
import type { RunnableReport } from "#lib/evidence/core/reports/report-content.ts";
import { requestReport, scheduleReport } from "#lib/evidence/reports/request-report.ts";
import { closeReview, decideAccess, openReview } from "#lib/evidence/reviews/review-access.ts";
import { closeSample, decideSample, openSample } from "#lib/evidence/reviews/sample-review.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function runReport(kind: RunnableReport, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const [from, to] = [String(form.get("from")), String(form.get("to"))];
    await requestReport(await memberContext(), { kind, from, to });
    refresh();
    return undefined;
  });
}

/** @param cadence empty for never. */
export async function schedule(kind: RunnableReport, cadence: string): Promise<FormState> {
  return answerForm(async () => {
    const wanted = cadence === "" ? null : (cadence as Cadence);
    await scheduleReport(await memberContext(), { kind, cadence: wanted });
    refresh();
    return undefined;
  });
}

export async function beginReview(): Promise<FormState> {
  return answerForm(async () => {
    await openReview(await memberContext());
    refresh();
    return undefined;
  });
}

export async function decide(
  reviewId: string,
  memberId: string,
  decision: "kept" | "removed",
  reason: string,
): Promise<FormState> {
  return answerForm(async () => {
    await decideAccess(await memberContext(), { reviewId, memberId, decision, reason: String(reason) });
    refresh();
    return undefined;
  });
}

export async function endReview(reviewId: string): Promise<FormState> {
  return answerForm(async () => {
    await closeReview(await memberContext(), { reviewId: String(reviewId) });
    refresh();
    return undefined;
  });
}

export async function beginSample(): Promise<FormState> {
  return answerForm(async () => {
    await openSample(await memberContext(), {});
    refresh();
    return undefined;
  });
}

export async function judge(
  reviewId: string,
  envelopeId: string,
  decision: "holds" | "fails",
  form: FormData | null,
): Promise<FormState> {
  return answerForm(async () => {
    const note = String(form?.get("note") ?? "");
    await decideSample(await memberContext(), {
      ...{ reviewId: String(reviewId), envelopeId: String(envelopeId) },
      ...{ decision, note },
    });
    refresh();
    return undefined;
  });
}

export async function endSample(reviewId: string): Promise<FormState> {
  return answerForm(async () => {
    await closeSample(await memberContext(), { reviewId: String(reviewId) });
    refresh();
    return undefined;
  });
}
