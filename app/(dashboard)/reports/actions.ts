"use server";

import { refresh } from "next/cache";
import type { Role } from "#lib/context.ts";
import type { Cadence } from "#lib/evidence/core/reports/periods.ts";
import type { RunnableReport } from "#lib/evidence/core/reports/report-content.ts";
import type { ReviewScope, Silence } from "#lib/evidence/core/review-terms.ts";
import { requestReport, scheduleReport } from "#lib/evidence/reports/request-report.ts";
import {
  closeReview,
  decideAccess,
  openReview,
  scheduleReviews,
} from "#lib/evidence/reviews/review-access.ts";
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

/** @param form `recipient`: ids of members. */
export async function chooseRecipients(
  kind: RunnableReport,
  cadence: string,
  form: FormData,
): Promise<FormState> {
  return answerForm(async () => {
    const recipients = form.getAll("recipient").map(String);
    await scheduleReport(await memberContext(), { kind, cadence: cadence as Cadence, recipients });
    refresh();
    return undefined;
  });
}

const termsIn = (form: FormData) => ({
  scope: String(form.get("scope")) as ReviewScope,
  days: String(form.get("days")),
  onSilence: String(form.get("onSilence")) as Silence,
});

export async function beginReview(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await openReview(await memberContext(), termsIn(form));
    refresh();
    return undefined;
  });
}

export async function scheduleReview(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await scheduleReviews(await memberContext(), { terms: termsIn(form) });
    refresh();
    return undefined;
  });
}

export async function endReviewSchedule(): Promise<FormState> {
  return answerForm(async () => {
    await scheduleReviews(await memberContext(), { terms: null });
    refresh();
    return undefined;
  });
}

/** @param form `reason`, and `role` where it is changed. */
export async function decide(
  reviewId: string,
  memberId: string,
  decision: "kept" | "removed" | "changed",
  form: FormData,
): Promise<FormState> {
  return answerForm(async () => {
    const reason = String(form.get("reason") ?? "");
    const role = decision === "changed" ? { role: String(form.get("role")) as Role } : {};
    await decideAccess(await memberContext(), { reviewId, memberId, decision, reason, ...role });
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
